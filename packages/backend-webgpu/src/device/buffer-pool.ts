import { ManabiError } from '@manabi/errors';
import { formatType, type TensorType } from '@manabi/ir';
import { usage } from './flags.ts';

/** A GPU buffer that a `BufferPool` has created and may use again. */
export interface PooledBuffer {
  readonly id: number;
  readonly gpu: GPUBuffer;
  /** Size of the buffer in bytes, which may exceed the requested size. */
  readonly bytes: number;
  readonly purpose: BufferPurpose;
  /** State of the allocation, which the GPU reports some time after the buffer was created. */
  readonly allocation: Allocation;
}

/** Outcome of allocating a buffer. */
export interface Allocation {
  /** Resolves once the outcome is known; null if the buffer is known to be allocated. */
  settled: Promise<void> | null;
  /** Error if the GPU could not allocate the buffer. */
  failure: ManabiError | null;
  /** Whether the pool counts the memory of the buffer: until it is dropped, or its allocation fails. */
  isCounted: boolean;
}

/**
 * What a buffer is used for: `storage` holds tensors, `staging` is read by the host, `uniform` passes numbers to
 * shaders, `times` receives timestamps of the GPU.
 */
export type BufferPurpose = 'storage' | 'staging' | 'uniform' | 'times';

const usages: { readonly [K in BufferPurpose]: number } = {
  storage: usage.storage | usage.copySource | usage.copyTarget | usage.indirect,
  staging: usage.mapRead | usage.copyTarget,
  uniform: usage.uniform | usage.copyTarget,
  times: usage.queryResolve | usage.copySource,
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
  readonly #free = new Map<string, PooledBuffer[]>();
  #nextId = 0;
  #reserved = 0;
  #freeBytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Total size in bytes of the pool's buffers, both used and free. */
  get reserved(): number {
    return this.#reserved;
  }

  /**
   * Returns a buffer of at least `bytes` bytes: a free one if the pool has one, otherwise a new one. The GPU reports only
   * later whether it could allocate a new buffer: see `pending`.
   *
   * @param type type of the tensor that the buffer is for, for error messages
   * @throws ManabiError `memory` if the device does not support buffers of this size
   */
  take(bytes: number, purpose: BufferPurpose = 'storage', type?: TensorType): PooledBuffer {
    const most = this.#device.limits.maxBufferSize;
    if (bytes > most) throw tooLargeError(bytes, most, type);
    const size = Math.min(sizeClass(bytes), Math.floor(most / 4) * 4);
    const free = this.#free.get(keyOf(purpose, size))?.pop();
    if (free !== undefined) {
      this.#freeBytes -= size;
      return free;
    }
    const device = this.#device;
    device.pushErrorScope('out-of-memory');
    const gpu = device.createBuffer({ size, usage: usages[purpose] });
    const allocation: Allocation = { settled: null, failure: null, isCounted: true };
    const buffer: PooledBuffer = { id: this.#nextId++, gpu, bytes: size, purpose, allocation };
    allocation.settled = device.popErrorScope().then(
      (error) => {
        allocation.settled = null;
        if (error !== null) this.#fail(buffer, allocationError(size, error.message, type));
      },
      // This promise rejects only if the device is lost, which the backend reports elsewhere.
      () => {
        allocation.settled = null;
      },
    );
    this.#reserved += size;
    return buffer;
  }

  /** Writes words into a buffer that was just taken. */
  write({ gpu, allocation }: PooledBuffer, words: Uint32Array<ArrayBuffer>): void {
    const { queue } = this.#device;
    if (allocation.settled === null) {
      queue.writeBuffer(gpu, 0, words);
      return;
    }
    // If the allocation fails, so does the write; `pending` reports the former.
    this.#device.pushErrorScope('validation');
    queue.writeBuffer(gpu, 0, words);
    this.#device.popErrorScope().catch(() => {});
  }

  /**
   * Gives a buffer back to the pool. The pool keeps it for reuse, or destroys it if it already keeps many free bytes.
   */
  give(buffer: PooledBuffer): void {
    // The memory of a buffer that was not allocated is no longer counted.
    if (buffer.allocation.failure !== null) return;
    const mostFree = Math.max(KEPT, (this.#reserved - this.#freeBytes) / 2);
    if (this.#freeBytes + buffer.bytes > mostFree) {
      this.drop(buffer);
      return;
    }
    const key = keyOf(buffer.purpose, buffer.bytes);
    const free = this.#free.get(key);
    if (free === undefined) this.#free.set(key, [buffer]);
    else free.push(buffer);
    this.#freeBytes += buffer.bytes;
  }

  /** Destroys a buffer that cannot be reused. */
  drop(buffer: PooledBuffer): void {
    if (buffer.allocation.failure !== null) return;
    this.#uncount(buffer);
    buffer.gpu.destroy();
  }

  /** Stops counting a buffer that was not allocated, and destroys all free buffers to make room for smaller ones. */
  #fail(buffer: PooledBuffer, failure: ManabiError): void {
    this.#uncount(buffer);
    buffer.allocation.failure = failure;
    for (const free of [...this.#free.values()].flat()) {
      this.#freeBytes -= free.bytes;
      this.drop(free);
    }
    this.#free.clear();
  }

  /** Stops counting a buffer. One that was dropped before its allocation failed is no longer counted. */
  #uncount({ bytes, allocation }: PooledBuffer): void {
    if (allocation.isCounted) this.#reserved -= bytes;
    allocation.isCounted = false;
  }
}

/**
 * Waits until the GPU has allocated buffers.
 *
 * @returns null if all buffers are allocated; otherwise a promise that rejects with an error of code `memory` if a buffer
 * could not be allocated
 * @throws ManabiError `memory` if a buffer is known to have failed
 */
export function pending(buffers: readonly PooledBuffer[]): Promise<void> | null {
  const waiting: Promise<void>[] = [];
  for (const { allocation } of buffers) {
    if (allocation.failure !== null) throw allocation.failure;
    if (allocation.settled !== null) waiting.push(allocation.settled);
  }
  if (waiting.length === 0) return null;
  return Promise.all(waiting).then(() => {
    for (const { allocation } of buffers) if (allocation.failure !== null) throw allocation.failure;
  });
}

function tooLargeError(bytes: number, most: number, type: TensorType | undefined): ManabiError {
  return new ManabiError(
    'memory',
    `${type === undefined ? 'A buffer' : `A tensor of type ${formatType(type)}`} takes ${bytes} bytes; the GPU supports at ` +
      `most ${most} bytes per buffer. Use smaller batches, or another backend.`,
    { op: 'webgpu', data: { bytes, most, ...(type && { type }) } },
  );
}

function allocationError(bytes: number, message: string, type: TensorType | undefined): ManabiError {
  return new ManabiError(
    'memory',
    `The GPU cannot allocate ${bytes} bytes${type === undefined ? '' : ` for a tensor of type ${formatType(type)}`}` +
      `${message && `: ${message.replace(/\.$/, '')}`}. Use smaller batches, or dispose of tensors that are no longer needed.`,
    { op: 'webgpu', data: { bytes, ...(type && { type }) } },
  );
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
