import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';

import { type Backend, type Graph, type GraphBuilder, graphBuilder, hostArray, sizeOf, type Value } from '@manabi/ir';

/** A graph of one size, with the shapes of its inputs. */
interface Sized {
  readonly name: string;
  readonly graph: Graph;
}

function sized(
  name: string,
  shapes: readonly (readonly number[])[],
  build: (b: GraphBuilder, values: Value[]) => Value,
): Sized {
  const b = graphBuilder();
  const inputs = shapes.map((shape) => b.input({ dtype: 'float32', shape }));
  return { name, graph: b.finish([build(b, inputs)]) };
}

/** Products, elementwise chains and dense layers, from small to large. */
const graphs: readonly Sized[] = [
  ...[8, 16, 24, 32, 64, 128].map((n) =>
    sized(
      `product ${n}x${n}`,
      [
        [n, n],
        [n, n],
      ],
      (b, [x, w]) => b.dot(x, w, [], [[1, 0]]),
    ),
  ),
  ...[1e3, 1e4, 1e5, 1e6].map((n) => sized(`tanh of ${n}`, [[n]], (b, [x]) => b.tanh(b.add(x, x)))),
  ...[1e3, 1e4, 1e5, 1e6].map((n) => sized(`sum of ${n}`, [[n]], (b, [x]) => b.reduceSum(x, [0]))),
];

/** Least duration of a measurement in milliseconds. */
const DURATION = 100;

/** Returns the shortest mean time of ten runs in microseconds. */
async function microsecondsOf(backend: Backend, graph: Graph): Promise<number> {
  const executable = await backend.compile(graph, { donated: [] });
  const inputs = graph.types.slice(0, graph.inputCount).map(({ shape }) => {
    return backend.upload(hostArray('float32', shape, new Float32Array(sizeOf(shape)).fill(0.5)));
  });
  const end = performance.now() + DURATION;
  let least = Number.POSITIVE_INFINITY;
  do {
    const start = performance.now();
    for (let run = 0; run < 10; run++) for (const output of await executable.run(inputs)) backend.release(output);
    least = Math.min(least, (1000 * (performance.now() - start)) / 10);
  } while (performance.now() < end);
  executable.dispose();
  for (const input of inputs) backend.release(input);
  return least;
}

/** Prints the times of graphs within the backend `onnxruntime`, in a session and on its backend for small graphs. */
export async function compareGraphs(threads: number): Promise<void> {
  const [session, fallback] = await Promise.all(
    [0, Number.MAX_VALUE].map((leastOperations) =>
      createOnnxRuntimeBackend({ threads, leastOperations, fallback: createCpuBackend() }),
    ),
  );
  console.log(
    'Microseconds of a run in a session, and on the backend for small graphs, with the copies to it and back.\n',
  );
  for (const { name, graph } of graphs) {
    const executable = await session.compile(graph, { donated: [] });
    const [{ operations }] = session.placements();
    executable.dispose();
    const times = [await microsecondsOf(session, graph), await microsecondsOf(fallback, graph)];
    const cells = [String(operations).padStart(9), ...times.map((each) => each.toFixed(1).padStart(8))];
    console.log(`${name.padEnd(20)}  ${cells.join('  ')}  ${(times[1] / times[0]).toFixed(2)}`);
  }
}
