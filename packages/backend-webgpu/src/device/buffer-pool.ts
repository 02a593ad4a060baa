import { usage } from './flags.ts';

/** A GPU buffer that belongs to a `BufferPool`. */
export interface PooledBuffer {
  readonly id: number;
  readonly gpu: GPUBuffer;
  /** Size of the buffer in bytes, which may exceed the requested size. */
  readonly bytes: number;
  readonly purpose: BufferPurpose;
}

/** Use of a buffer: for values, for reads by the host, or for numbers passed to shaders. */
export type BufferPurpose = 'storage' | 'staging' | 'uniform';

const usages: { readonly [K in BufferPurpose]: number } = {
  storage: usage.storage | usage.copySource | usage.copyTarget | usage.indirect,
  staging: usage.mapRead | usage.copyTarget,
  uniform: usage.uniform | usage.copyTarget,
};

/** Number of free bytes that the pool keeps even if little memory is in use. */
const KEPT = 64 * 2 ** 20;

/**
 * Reuses buffers of equal size, because creating a buffer is slow and fills it with zeros. A reused buffer keeps its
 * old contents. Buffers may be given back while the GPU still uses them, because it runs submitted work in order.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #onFailure: (bytes: number, message: string) => void;
  readonly #free = new Map<string, PooledBuffer[]>();
  #nextId = 0;
  #reserved = 0;
  #freeBytes = 0;

  /** @param onFailure called with the size of a buffer that the GPU could not allocate, some time after `take` */
  constructor(device: GPUDevice, onFailure: (bytes: number, message: string) => void) {
    this.#device = device;
    this.#onFailure = onFailure;
  }

  /** Number of bytes in all buffers, including free ones. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Returns a free buffer of at least `bytes` bytes, or creates one. */
  take(bytes: number, purpose: BufferPurpose = 'storage'): PooledBuffer {
    const size = sizeClass(bytes);
    const free = this.#free.get(keyOf(purpose, size))?.pop();
    if (free !== undefined) {
      this.#freeBytes -= size;
      return free;
    }
    this.#device.pushErrorScope('out-of-memory');
    const gpu = this.#device.createBuffer({ size, usage: usages[purpose] });
    this.#device.popErrorScope().then(
      (error) => {
        if (error !== null) this.#onFailure(size, error.message);
      },
      // Rejects only if the device is lost, which the backend handles.
      () => {},
    );
    this.#reserved += size;
    return { id: this.#nextId++, gpu, bytes: size, purpose };
  }

  /** Gives a buffer back to the pool, which keeps or destroys it. */
  give(buffer: PooledBuffer): void {
    const mostFree = Math.max(KEPT, (this.#reserved - this.#freeBytes) / 2);
    if (this.#freeBytes + buffer.bytes > mostFree) {
      this.#reserved -= buffer.bytes;
      buffer.gpu.destroy();
      return;
    }
    const key = keyOf(buffer.purpose, buffer.bytes);
    const free = this.#free.get(key);
    if (free === undefined) this.#free.set(key, [buffer]);
    else free.push(buffer);
    this.#freeBytes += buffer.bytes;
  }
}

const keyOf = (purpose: BufferPurpose, bytes: number): string => `${purpose} ${bytes}`;

/** Rounds a size up to a power of two, or to one of three sizes between two powers of two. */
function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const power = 2 ** Math.floor(Math.log2(bytes - 1));
  return power + Math.ceil((bytes - power) / (power / 4)) * (power / 4);
}
