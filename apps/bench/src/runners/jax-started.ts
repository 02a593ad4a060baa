import type { Jax, JaxArray } from './jax-types.ts';

/**
 * Starts the computation of arrays, which jax-js defers: waits for the results on `wasm`, but on `webgpu` only until the work
 * is queued.
 */
export async function started(jax: Jax, arrays: readonly JaxArray[]): Promise<void> {
  if (jax.defaultDevice() === 'webgpu') await Promise.all(arrays.map((each) => each.ref.gpuBuffer()));
  else await jax.blockUntilReady([...arrays]);
}
