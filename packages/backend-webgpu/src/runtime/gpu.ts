import type { BufferPool, PooledBuffer } from '../device/buffer-pool.ts';
import type { BindingKind, Pipelines } from '../device/pipelines.ts';
import type { ServiceShader } from '../shaders/service-shaders.ts';
import type { Bound } from './commands.ts';

/** A device with everything that plans share on it. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly pool: BufferPool;
  readonly pipelines: Pipelines;
}

/** Compiles a shader, ready to be bound to buffers. */
export async function bound(gpu: Gpu, name: string, code: string, kinds: readonly BindingKind[]): Promise<Bound> {
  return { pipeline: await gpu.pipelines.compile(name, code, kinds), groups: new Map() };
}

/** Compiles a service shader. */
export const boundService = (gpu: Gpu, { name, code, kinds }: ServiceShader): Promise<Bound> =>
  bound(gpu, name, code, kinds);

/** Takes a buffer and writes words into it. */
export function bufferOf(
  { device, pool }: Gpu,
  words: Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
): PooledBuffer {
  const buffer = pool.take(words.byteLength);
  device.queue.writeBuffer(buffer.gpu, 0, words);
  return buffer;
}
