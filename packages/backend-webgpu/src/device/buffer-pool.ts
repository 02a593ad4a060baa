import { usage } from './flags.ts';

/** A GPU buffer that a `BufferPool` has created and may use again. */
export interface PooledBuffer {
  readonly id: number;
  readonly gpu: GPUBuffer;
  /** Size of the buffer in bytes, which may exceed the requested size. */
  readonly bytes: number;
  readonly purpose: BufferPurpose;
}

/**
 * What a buffer is used for: `storage` holds tensors, `staging` is read by the host, `uniform` passes numbers to
 * shaders.
 */
export type BufferPurpose = 'storage' | 'staging' | 'uniform';

const usages: { readonly [K in BufferPurpose]: number } = {
  storage: usage.storage | usage.copySource | usage.copyTarget | usage.indirect,
  staging: usage.mapRead | usage.copyTarget,
  uniform: usage.uniform | usage.copyTarget,
};

/** The pool keeps at least this many bytes of free buffers, even if programs use less memory than that. */
const KEPT = 64 * 2 ** 20;

/**
 * Keeps freed GPU buffers and hands them out again for requests of the same size, because WebGPU fills each new buffer
 * with zeros, which is slow. A reused buffer still has its old contents. A buffer may be given back while the GPU still
 * uses it, because the GPU runs submitted commands in order.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #onFailure: (bytes: number, message: string) => void;
  readonly #free = new Map<string, PooledBuffer[]>();
  #nextId = 0;
  #reserved = 0;
  #freeBytes = 0;

  /**
   * @param onFailure called when the GPU could not allocate a buffer, with the buffer's size; WebGPU reports this only
   * some time after `take` has returned
   */
  constructor(device: GPUDevice, onFailure: (bytes: number, message: string) => void) {
    this.#device = device;
    this.#onFailure = onFailure;
  }

  /** Total size in bytes of the pool's buffers, both used and free. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Returns a buffer of at least `bytes` bytes: a free one if the pool has one, otherwise a new one. */
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
      // This promise rejects only if the device is lost, which the backend handles elsewhere.
      () => {},
    );
    this.#reserved += size;
    return { id: this.#nextId++, gpu, bytes: size, purpose };
  }

  /**
   * Gives a buffer back to the pool. The pool keeps it for reuse, or destroys it if it already keeps many free bytes.
   */
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

/**
 * Rounds the size of a buffer up, to a power of two or to one of three sizes between two powers of two, so that buffers
 * can be reused for similar sizes.
 */
function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const power = 2 ** Math.floor(Math.log2(bytes - 1));
  return power + Math.ceil((bytes - power) / (power / 4)) * (power / 4);
}
