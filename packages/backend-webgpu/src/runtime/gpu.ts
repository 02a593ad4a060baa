import type { BufferPool, PooledBuffer } from '../device/buffer-pool.ts';
import type { BindingKind, Pipelines } from '../device/pipelines.ts';
import type { Tuning } from '../device/tuning.ts';
import type { ServiceShader } from '../shaders/service-shaders.ts';
import type { Bound } from './commands.ts';

/** A GPU device, and the buffers and pipelines that all plans on the device share. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly pool: BufferPool;
  readonly pipelines: Pipelines;
  readonly tuning: Tuning;
}

/** Compiles a shader, and returns its pipeline with an empty cache of bind groups. */
export async function bound(gpu: Gpu, name: string, code: string, kinds: readonly BindingKind[]): Promise<Bound> {
  return { pipeline: await gpu.pipelines.compile(name, code, kinds), groups: new Map() };
}

/**
 * Compiles a `ServiceShader`, one that belongs to no plan, and returns its pipeline with an empty cache of bind groups.
 */
export const boundService = (gpu: Gpu, { name, code, kinds }: ServiceShader): Promise<Bound> =>
  bound(gpu, name, code, kinds);

/** Takes a buffer from the pool, writes 32-bit words into it, and returns it. */
export function bufferOf({ device, pool }: Gpu, words: Uint32Array<ArrayBuffer>): PooledBuffer {
  const buffer = pool.take(words.byteLength);
  device.queue.writeBuffer(buffer.gpu, 0, words);
  return buffer;
}
