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
/** Largest number of usable bytes. */
export const mostBytes = mostPages * pageBytes - guardBytes;

/** A WebAssembly memory of up to 4 GiB. When it grows, its views (`bytes`, `words`) are replaced by new ones. */
export class LinearMemory {
  /** How modules import this memory. */
  readonly type: MemoryImport;
  readonly #memory: WebAssembly.Memory;
  #words: Uint32Array;
  #bytes: Uint8Array;

  /** @param shared whether threads share the memory */
  constructor(shared = false) {
    this.#memory = newMemory(shared);
    this.type = shared ? { min: 1, max: mostPages, shared } : { min: 1 };
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
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
    return this.#bytes.length - guardBytes;
  }

  /**
   * The memory as unsigned 32-bit integers, which represent addresses above 2 GiB as positive numbers. Byte address a is
   * element a / 4. Valid until the memory grows.
   */
  get words(): Uint32Array {
    return this.#words;
  }

  /** The memory as bytes. Valid until it grows. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Copies elements from an address to the host. */
  read(dtype: DType, address: number, length: number): ElementArray {
    const { buffer } = this.#memory;
    if (dtype === 'float16') return float16ToFloat32(new Uint16Array(buffer, address, length));
    return dtypeViews[dtype](buffer, address, length).slice();
  }

  /** Copies as many elements as an array has from an address into it. */
  readInto(dtype: DType, address: number, data: ElementArray): void {
    const { buffer } = this.#memory;
    if (dtype === 'float16') data.set(float16ToFloat32(new Uint16Array(buffer, address, data.length)));
    else data.set(dtypeViews[dtype](buffer, address, data.length));
  }

  /** Copies elements from the host to an address. */
  write(dtype: DType, address: number, data: ElementArray): void {
    const { buffer } = this.#memory;
    if (dtype === 'float16')
      new Uint16Array(buffer, address, data.length).set(float32ToFloat16(Float32Array.from(data)));
    else dtypeViews[dtype](buffer, address, data.length).set(data);
  }

  /** Grows the memory by at least `bytes`. Returns false if the system or the limit of 4 GiB does not allow it. */
  grow(bytes: number): boolean {
    const pages = Math.ceil(bytes / pageBytes);
    const now = this.#bytes.length / pageBytes;
    if (now + pages > mostPages) return false;
    const growth = Math.min(Math.max(pages, leastGrowth, now >> 3), mostPages - now);
    if (!this.#tryGrow(growth) && (growth === pages || !this.#tryGrow(pages))) return false;
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
    return true;
  }

  #tryGrow(pages: number): boolean {
    try {
      this.#memory.grow(pages);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
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
