import {
  type Backend,
  type BackendMemory,
  type Buffer,
  dtypes,
  type Executable,
  type Graph,
  type HostArray,
  ManabiError,
  sizeOf,
  type TensorType,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';

/** Numbers of calls that a reference backend has counted since its creation. */
export interface Counts {
  compiled: number;
  runs: number;
  uploads: number;
  disposed: number;
  /** How often each operator was computed in all runs, by operator name. */
  readonly computed: Map<string, number>;
}

/** A backend for tests, which runs the reference interpreter and checks every call. */
export interface ReferenceBackend extends Backend {
  readonly counts: Counts;
  /** Compiled graphs, in order. */
  readonly graphs: Graph[];
  /** If not null, the next run fails. `inputsKept` states whether its donated inputs stay valid. */
  failNext: { readonly inputsKept: boolean } | null;
  /** If not null, compiling waits for this function, as if it loaded code. */
  load: (() => Promise<void>) | null;
}

class ReferenceBuffer implements Buffer {
  readonly type: TensorType;
  readonly backend: Backend;
  data: HostArray | null;

  constructor(backend: Backend, data: HostArray) {
    this.type = { dtype: data.dtype, shape: data.shape };
    this.backend = backend;
    this.data = data;
  }
}

/**
 * Creates a backend for tests. It computes with the reference interpreter and throws if a released buffer is used.
 *
 * @param asynchronous whether compiling, running and reading return promises, which resolve in the next iteration of
 * the event loop
 */
export function referenceBackend(name = 'reference', asynchronous = false): ReferenceBackend {
  const held = new Set<ReferenceBuffer>();
  const counts: Counts = { compiled: 0, runs: 0, uploads: 0, disposed: 0, computed: new Map() };
  const graphs: Graph[] = [];

  const allocate = (data: HostArray): ReferenceBuffer => {
    const buffer = new ReferenceBuffer(backend, { ...data, data: data.data.slice() });
    held.add(buffer);
    return buffer;
  };
  const elementsOf = (buffer: Buffer): HostArray => {
    if (buffer instanceof ReferenceBuffer && buffer.data !== null && buffer.backend === backend) return buffer.data;
    throw new Error(`${name}: the buffer was released or belongs to another backend`);
  };
  const release = (buffer: Buffer): void => {
    elementsOf(buffer);
    if (!(buffer instanceof ReferenceBuffer)) return;
    buffer.data = null;
    held.delete(buffer);
  };
  const later = <T>(value: () => T): T | Promise<T> =>
    asynchronous ? new Promise<void>((resolve) => setTimeout(resolve, 0)).then(value) : value();

  const execute = (graph: Graph, donated: readonly number[], inputs: readonly Buffer[]): readonly Buffer[] => {
    const arrays = inputs.map(elementsOf);
    const { failNext } = backend;
    if (failNext !== null) {
      backend.failNext = null;
      if (!failNext.inputsKept) for (const position of donated) release(inputs[position]);
      throw new ManabiError('memory', 'out of memory', { op: name, data: { inputsKept: failNext.inputsKept } });
    }
    counts.runs++;
    for (const { op } of graph.nodes) counts.computed.set(op, (counts.computed.get(op) ?? 0) + 1);
    const outputs = interpret(graph, arrays).map(allocate);
    for (const position of donated) release(inputs[position]);
    return outputs;
  };

  const compile = (graph: Graph, donated: readonly number[]): Executable => {
    counts.compiled++;
    graphs.push(graph);
    return {
      run: (inputs) => later(() => execute(graph, donated, inputs)),
      describe: async () => graph.nodes.map(({ op }) => op).join(' '),
      dispose: () => {
        counts.disposed++;
      },
    };
  };

  const backend: ReferenceBackend = {
    name,
    synchronous: !asynchronous,
    counts,
    graphs,
    failNext: null,
    load: null,
    upload: (data) => {
      counts.uploads++;
      return allocate(data);
    },
    read: (buffer) => later(() => ({ ...elementsOf(buffer), data: elementsOf(buffer).data.slice() })),
    release,
    compile: (graph, { donated }) =>
      backend.load?.().then(() => compile(graph, donated)) ?? later(() => compile(graph, donated)),
    memory: (): BackendMemory => {
      let bytes = 0;
      for (const { type } of held) bytes += sizeOf(type.shape) * dtypes[type.dtype].bytes;
      return { held: bytes, reserved: bytes, buffers: held.size };
    },
  };
  return backend;
}
