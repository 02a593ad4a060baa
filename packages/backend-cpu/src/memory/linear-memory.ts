import { type DType, dtypes, type ElementArray } from '@manabi/ir';
import { compileModule } from '../wasm/index.ts';

const pageBytes = 65536;
/** 4 GiB: all that 32-bit addresses reach. */
const mostPages = 65536;
/** Memory grows by at least this much, so that it grows rarely. */
const leastGrowth = 64;
/**
 * Bytes at the end of the memory that hold nothing. Products read whole vectors, up to 12 bytes past the last element of
 * an operand, and the address behind the last usable byte must not wrap around to 0.
 */
const guardBytes = 64;

/** What a module exports. Structural, because programs with Node's types alone have no namespace `WebAssembly`. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** One WebAssembly memory of up to 4 GiB. Its views are replaced when it grows. */
export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  #words: Uint32Array;
  #bytes: Uint8Array;

  constructor() {
    this.#memory = newMemory();
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  /**
   * Compiles a module that imports this memory as `env.memory`, and returns its exports.
   *
   * @param functions what the module imports as `math`
   */
  instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    functions: Readonly<Record<string, (...numbers: number[]) => number>>,
  ): ModuleExports {
    const imports = { env: { memory: this.#memory }, math: { ...functions } };
    return new WebAssembly.Instance(compileModule(bytes), imports).exports;
  }

  /** Bytes that can be used: all but the guard at the end. */
  get byteLength(): number {
    return this.#bytes.length - guardBytes;
  }

  /**
   * The memory as unsigned 32-bit integers, in which addresses above 2 GiB keep their sign: byte address a is element
   * a / 4. Valid until the memory grows.
   */
  get words(): Uint32Array {
    return this.#words;
  }

  /** The memory as bytes. Valid until it grows. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Elements at an address. Valid until the memory grows. */
  view(dtype: DType, address: number, length: number): ElementArray {
    return dtypeViews[dtype](this.#memory.buffer, address, length);
  }

  /** Grows by `bytes` or somewhat more; false if the system or the limit of 4 GiB refuses that. */
  grow(bytes: number): boolean {
    const pages = Math.ceil(bytes / pageBytes);
    const now = this.#bytes.length / pageBytes;
    if (now + pages > mostPages) return false;
    const wanted = Math.min(Math.max(pages, leastGrowth, now >> 3), mostPages - now);
    if (!this.#tryGrow(wanted) && (wanted === pages || !this.#tryGrow(pages))) return false;
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

const dtypeViews: { readonly [K in DType]: View } = {
  float32: (buffer, address, length) => new Float32Array(buffer, address, length),
  float64: (buffer, address, length) => new Float64Array(buffer, address, length),
  int32: (buffer, address, length) => new Int32Array(buffer, address, length),
  uint32: (buffer, address, length) => new Uint32Array(buffer, address, length),
  uint8: (buffer, address, length) => new Uint8Array(buffer, address, length),
  bool: (buffer, address, length) => new Uint8Array(buffer, address, length),
};

/** A memory that may grow to 4 GiB, or as far as the host lets it. */
function newMemory(): WebAssembly.Memory {
  for (let maximum = mostPages; maximum > 1024; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return new WebAssembly.Memory({ initial: 1 });
}

/** Bytes of an array of elements. */
export function bytesOf(dtype: DType, elements: number): number {
  return elements * dtypes[dtype].bytes;
}
