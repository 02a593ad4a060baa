import { usage } from './flags.ts';

/** A buffer of the device, from the pool. */
export interface PooledBuffer {
  readonly id: number;
  readonly gpu: GPUBuffer;
  /** Its size, at least the size that was asked for. */
  readonly bytes: number;
  readonly purpose: BufferPurpose;
}

/** The use of a buffer. */
export type BufferPurpose = 'storage' | 'staging' | 'uniform';

const usages: { readonly [K in BufferPurpose]: number } = {
  storage: usage.storage | usage.copySource | usage.copyTarget | usage.indirect,
  staging: usage.mapRead | usage.copyTarget,
  uniform: usage.uniform | usage.copyTarget,
};

/** Free bytes that the pool keeps at least. */
const KEPT = 64 * 2 ** 20;

/**
 * Reuses buffers of equal size, because a new buffer is slow to create and filled with zeros. A reused buffer keeps its old
 * elements. Buffers may be given back while the device still works with them, since it runs submitted work in order.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #onFailure: (bytes: number, message: string) => void;
  readonly #free = new Map<string, PooledBuffer[]>();
  #nextId = 0;
  #reserved = 0;
  #freeBytes = 0;

  /** @param onFailure receives the size of a buffer that the device had no memory for, some time after `take` */
  constructor(device: GPUDevice, onFailure: (bytes: number, message: string) => void) {
    this.#device = device;
    this.#onFailure = onFailure;
  }

  /** Bytes of all buffers, free ones included. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Takes a buffer of at least this many bytes. */
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
      // A lost device reports its loss elsewhere.
      () => {},
    );
    this.#reserved += size;
    return { id: this.#nextId++, gpu, bytes: size, purpose };
  }

  /** Gives a buffer back. */
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

/** Rounds up to a power of two, or to one of three sizes between two powers. */
function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const power = 2 ** Math.floor(Math.log2(bytes - 1));
  return power + Math.ceil((bytes - power) / (power / 4)) * (power / 4);
}
