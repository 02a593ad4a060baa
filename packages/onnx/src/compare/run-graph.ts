import { backendFactory, type Graph, type HostArray, registeredBackends } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';

/** Runs a graph on the first backend that the program has registered, else with the reference interpreter. */
export async function runGraph(graph: Graph, inputs: readonly HostArray[]): Promise<readonly HostArray[]> {
  const [name] = registeredBackends();
  const factory = name === undefined ? undefined : backendFactory(name);
  if (factory === undefined) return interpret(graph, inputs);
  const backend = await factory();
  const executable = await backend.compile(graph, { donated: [] });
  const buffers = inputs.map((input) => backend.upload(input));
  try {
    const outputs = await executable.run(buffers);
    const arrays: HostArray[] = [];
    for (const output of outputs) {
      arrays.push(await backend.read(output));
      backend.release(output);
    }
    return arrays;
  } finally {
    for (const buffer of buffers) backend.release(buffer);
    executable.dispose();
  }
}
