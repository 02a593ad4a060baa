import { memory } from '@manabi/core';

/** Memory of a process after a garbage collection. */
export interface MemorySample {
  /** Bytes of JavaScript objects. */
  readonly heap: number;
  /** Bytes of array buffers outside the heap. */
  readonly arrayBuffers: number;
  /** Number of buffers that hold tensors on all backends. */
  readonly buffers: number;
  /** Bytes that backends have reserved from the system. */
  readonly reserved: number;
}

/**
 * Collects garbage and returns a memory sample.
 *
 * @throws Error unless Node runs with `--expose-gc`
 */
export async function sampleMemory(): Promise<MemorySample> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('`globalThis.gc` is missing. Start Node with --expose-gc.');
  for (let i = 0; i < 3; i++) {
    gc();
    // Finalizers, which release buffers of collected tensors, run in a later task of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const { buffers, backends } = memory();
  return {
    heap: heapUsed,
    arrayBuffers,
    buffers,
    reserved: backends.reduce((sum, { reserved }) => sum + reserved, 0),
  };
}
