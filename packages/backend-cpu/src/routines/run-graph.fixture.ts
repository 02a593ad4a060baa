import { type Backend, type Graph, type HostArray, hostArray, inputTypes, sizeOf } from '@manabi/ir';
import type { RandomSource } from '@manabi/testing';
import { createCpuBackend } from '../backend.ts';

/** Backends with different numbers of threads, which must compute the same bits. */
export const backends = [1, 2, 3, 7].map((threads) => createCpuBackend({ threads }));

/** Returns random inputs of a graph. */
export function arraysFor(graph: Graph, random: RandomSource): HostArray[] {
  return inputTypes(graph).map(({ shape }) =>
    hostArray(
      'float32',
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-1, 1)),
    ),
  );
}

/** Runs a graph once. Returns its results, and the description of its plan. */
export async function run(backend: Backend, graph: Graph, arrays: readonly HostArray[]) {
  const executable = await backend.compile(graph, { donated: [] });
  const inputs = await Promise.all(arrays.map((array) => backend.upload(array)));
  const results = await executable.run(inputs);
  const read = await Promise.all(results.map((result) => backend.read(result)));
  for (const buffer of [...inputs, ...results]) backend.release(buffer);
  const plan = await executable.describe();
  executable.dispose();
  return { read, plan };
}
