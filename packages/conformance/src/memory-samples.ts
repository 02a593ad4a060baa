import { memory } from '@manabi/core';

/** What a process holds after everything that nobody refers to has been collected. */
export interface MemorySample {
  /** Bytes of JavaScript objects. */
  readonly heap: number;
  /** Bytes of array buffers outside of the heap. */
  readonly arrayBuffers: number;
  /** Buffers of tensors. */
  readonly buffers: number;
  /** Bytes that backends have taken from the system. */
  readonly reserved: number;
}

/**
 * Collects garbage and takes a sample.
 *
 * @throws Error in a process whose collector is not exposed
 */
export async function sampleMemory(): Promise<MemorySample> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Start this program with --expose-gc: memory is looked at after a collection.');
  for (let i = 0; i < 3; i++) {
    gc();
    // Finalisers run in a turn of their own.
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
