import {
  type DType,
  dtypes,
  type ElementArray,
  float16ToFloat32,
  float32ToFloat16,
  sizeOf,
  type TensorType,
} from '@manabi/ir';
import type { MemoryImport } from '../wasm/index.ts';
import type { Memory, Pending, Wide } from '../wide/wide-memory.ts';

const pageBytes = 65536;
/** Largest number of pages: 4 GiB, the range of 32-bit addresses. */
const mostPages = 65536;
/** Smallest number of pages by which the memory grows; it is large because growing is slow. */
const leastGrowth = 64;
/**
 * Number of unused bytes at the end of the memory. Matrix products read whole vectors, up to 12 bytes past the last
 * element of an operand. Also, the address after the last usable byte must not wrap around to 0.
 */
const guardBytes = 64;

/** Returns how the engine creates memories with 64-bit addresses, or null if it cannot; a promise while the code is downloaded. */
export type WideSource = () => Wide | Pending | null;

/**
 * A WebAssembly memory. When it grows, its views (`bytes`, `words`, `addresses`) are replaced by new ones. Its addresses have 32 bits
 * until it needs more than 4 GiB. Then it becomes a memory with 64-bit addresses, if the engine has them; modules must be loaded
 * again.
 */
export class LinearMemory {
  /** How modules with 32-bit addresses import this memory. */
  readonly type: MemoryImport;
  /** Called before the memory gets 64-bit addresses, which moves its contents: no thread may change them. */
  beforeWiden: (() => void) | undefined;
  readonly #source: WideSource;
  readonly #narrowPages: number;
  #memory: Memory;
  #wide: Wide | null = null;
  #views: Views;

  /**
   * @param shared whether threads share the memory
   * @param source how to change to 64-bit addresses; by default, the memory does not
   * @param narrowPages for tests: number of pages up to which addresses have 32 bits
   */
  constructor(shared = false, source: WideSource = () => null, narrowPages = mostPages) {
    this.#source = source;
    this.#narrowPages = narrowPages;
    this.#memory = newMemory(shared);
    this.type = shared ? { min: 1, max: mostPages, shared } : { min: 1 };
    this.#views = viewsOf(this.#memory.buffer, null);
  }

  /** How plans are changed for 64-bit addresses; null as long as addresses have 32 bits. */
  get wide(): Wide | null {
    return this.#wide;
  }

  /**
   * Returns `wide` as it will be when the memory has a number of usable bytes, also if it cannot have as many; a promise while the
   * code is downloaded.
   */
  wideFor(bytes: number): Wide | Pending | null {
    return this.#wide ?? (bytes > usable(this.#narrowPages) ? this.#source() : null);
  }

  /** Returns the largest number of usable bytes that the memory may have if it needs the given number. */
  mostBytes(bytes: number): number {
    return usable(this.wideFor(bytes)?.mostPages ?? this.#narrowPages);
  }

  /**
   * The `WebAssembly.Memory`, which modules import as `env.memory`. It does not have this type, because declarations of this
   * class reach programs with only Node's types, which lack the namespace.
   */
  get memory(): object {
    return this.#memory;
  }

  /** Number of usable bytes, without the guard at the end. */
  get byteLength(): number {
    return this.#views.bytes.length - guardBytes;
  }

  /** The memory as unsigned 32-bit integers. Byte address a is element a / 4. Valid until the memory grows. */
  get words(): Uint32Array {
    return this.#views.words;
  }

  /** Size in bytes of an entry of `addresses`. */
  get addressBytes(): number {
    return this.#views.addresses.BYTES_PER_ELEMENT;
  }

  /**
   * The memory as an array of addresses: unsigned 32-bit integers, or float64 numbers if addresses have 64 bits. Valid until it
   * grows.
   */
  get addresses(): Uint32Array | Float64Array {
    return this.#views.addresses;
  }

  /** The memory as bytes. Valid until it grows. */
  get bytes(): Uint8Array {
    return this.#views.bytes;
  }

  /** Copies elements from an address to the host. */
  read(dtype: DType, address: number, length: number): ElementArray {
    return this.#elements(dtype, address, length).slice();
  }

  /** Copies elements from an address into an array. */
  readInto(dtype: DType, address: number, length: number, data: ElementArray): void {
    data.set(this.#elements(dtype, address, length));
  }

  /** Copies elements from the host to an address. */
  write(dtype: DType, address: number, data: ElementArray): void {
    const { buffer } = this.#memory;
    if (dtype === 'float16')
      new Uint16Array(buffer, address, data.length).set(float32ToFloat16(Float32Array.from(data)));
    else dtypeViews[dtype](buffer, address, data.length).set(data);
  }

  /** Grows the memory by at least `bytes`. Returns false if the system, the engine or the limit does not allow it. */
  grow(bytes: number): boolean {
    const pages = Math.ceil(bytes / pageBytes);
    const now = this.#views.bytes.length / pageBytes;
    const most = this.#wide?.mostPages ?? this.#narrowPages;
    if (now + pages > most) return this.#wide === null && this.#widen() && this.grow(bytes);
    // In pages, this downloads code, which must be there when the memory changes to 64-bit addresses.
    if (now + pages > most / 4) this.#source();
    const growth = Math.min(Math.max(pages, leastGrowth, now >> 3), most - now);
    if (!this.#tryGrow(growth) && (growth === pages || !this.#tryGrow(pages))) return false;
    this.#views = viewsOf(this.#memory.buffer, this.#wide);
    return true;
  }

  /** Returns the elements at an address, in memory itself unless they are float16. */
  #elements(dtype: DType, address: number, length: number): ElementArray {
    const { buffer } = this.#memory;
    if (dtype === 'float16') return float16ToFloat32(new Uint16Array(buffer, address, length));
    return dtypeViews[dtype](buffer, address, length);
  }

  /** Moves the contents to a memory with 64-bit addresses. Returns false if the system or the engine does not allow it. */
  #widen(): boolean {
    const wide = this.#source();
    if (wide?.mostPages === undefined) return false;
    this.beforeWiden?.();
    const memory = wide.moved(this.bytes, this.type.shared);
    if (memory === null) return false;
    this.#wide = wide;
    this.#memory = memory;
    this.#views = viewsOf(memory.buffer, wide);
    return true;
  }

  #tryGrow(pages: number): boolean {
    try {
      if (this.#wide === null) this.#memory.grow(pages);
      else this.#wide.grow(this.#memory, pages);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

/** Returns the number of bytes of a memory that can be used. */
function usable(pages: number): number {
  return pages * pageBytes - guardBytes;
}

/** The contents of a memory, as bytes, as unsigned 32-bit integers, and as addresses. */
interface Views {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly addresses: Uint32Array | Float64Array;
}

function viewsOf(buffer: ArrayBufferLike, wide: Wide | null): Views {
  const words = new Uint32Array(buffer);
  return { bytes: new Uint8Array(buffer), words, addresses: wide === null ? words : new Float64Array(buffer) };
}

type View = (buffer: ArrayBuffer | SharedArrayBuffer, address: number, length: number) => ElementArray;

const dtypeViews: { readonly [K in Exclude<DType, 'float16'>]: View } = {
  float32: (buffer, address, length) => new Float32Array(buffer, address, length),
  float64: (buffer, address, length) => new Float64Array(buffer, address, length),
  int32: (buffer, address, length) => new Int32Array(buffer, address, length),
  uint32: (buffer, address, length) => new Uint32Array(buffer, address, length),
  uint8: (buffer, address, length) => new Uint8Array(buffer, address, length),
  bool: (buffer, address, length) => new Uint8Array(buffer, address, length),
};

/** Creates a memory that may grow to 4 GiB, or to the limit of the host. */
function newMemory(shared: boolean): WebAssembly.Memory {
  for (let maximum = mostPages; maximum > 1024; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return new WebAssembly.Memory({ initial: 1, maximum: 1024, shared });
}

/** Returns the size of an array in bytes. */
export function bytesOf(dtype: DType, elements: number): number {
  return elements * dtypes[dtype].bytes;
}

/** Returns the size in bytes of an array of a type. */
export function bytesOfType({ dtype, shape }: TensorType): number {
  return bytesOf(dtype, sizeOf(shape));
}
