import {
  type Backend,
  type BackendFactory,
  backendFactory,
  canonicalElements,
  type Graph,
  type HostArray,
  registeredBackends,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';

/** Backend that was created with each factory. Comparisons share it, because every backend owns memory and threads. */
const made = new WeakMap<BackendFactory, Promise<Backend>>();

/** Runs a graph on the first registered backend, or in the reference interpreter if none is registered. */
export async function runGraph(graph: Graph, inputs: readonly HostArray[]): Promise<readonly HostArray[]> {
  const [name] = registeredBackends();
  const factory = name === undefined ? undefined : backendFactory(name);
  return factory === undefined ? interpret(graph, inputs) : runOn(await backendOf(factory), graph, inputs);
}

function backendOf(factory: BackendFactory): Promise<Backend> {
  const backend = made.get(factory) ?? Promise.resolve(factory());
  made.set(factory, backend);
  return backend;
}

async function runOn(backend: Backend, graph: Graph, inputs: readonly HostArray[]): Promise<readonly HostArray[]> {
  const executable = await backend.compile(graph, { donated: [] });
  const buffers = inputs.map((input) => backend.upload(canonicalElements(input)));
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
