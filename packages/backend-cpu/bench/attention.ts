// Compares attention computed by its routines with its body: `npm start packages/backend-cpu/bench/attention.ts -- THREADS FILTER`.
import { type Graph, graphBuilder, hostArray, inputTypes, ManabiError, sizeOf, vjpGraph } from '@manabi/ir';
import { attentionCall } from '@manabi/ir/attention';
import { createCpuBackend } from '../src/index.ts';
import { cpuRoutines } from '../src/target.ts';

const [threads = '1', filter = ''] = process.argv.slice(2);

/** Heads, steps and features. */
const shapes = [
  [64, 128, 32],
  [8, 128, 64],
  [12, 512, 64],
  [8, 2048, 64],
  [8, 8192, 64],
];

function graphOf([heads, steps, features]: readonly number[], causal: boolean, training: boolean): Graph {
  const b = graphBuilder();
  const type = { dtype: 'float32', shape: [heads, steps, features] } as const;
  const call = attentionCall([type, type, type], { scale: 1 / Math.sqrt(features), causal });
  const forward = b.finish(
    b.emit(
      'call',
      [0, 1, 2].map(() => b.input(type)),
      call,
    ),
  );
  return training ? vjpGraph(forward, { wrt: [0, 1, 2] }) : forward;
}

/** Compiles a graph on a backend of its own. `step` runs it and returns the milliseconds that it took. */
async function prepare(graph: Graph, routines: typeof cpuRoutines) {
  const backend = createCpuBackend({ threads: Number(threads), routines });
  const executable = await backend.compile(graph, { donated: [] });
  const inputs = inputTypes(graph).map(({ shape }) => {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => Math.random() * 2 - 1);
    return backend.upload(hostArray('float32', shape, data));
  });
  return {
    megabytes: () => (backend.memory().reserved / 2 ** 20).toFixed(0),
    step: async () => {
      const start = performance.now();
      const outputs = await executable.run(inputs);
      const milliseconds = performance.now() - start;
      for (const output of outputs) backend.release(output);
      return milliseconds;
    },
  };
}

/** Returns the body's step, or the message of the error if memory does not suffice for the scores. */
async function prepareBody(graph: Graph) {
  try {
    const body = await prepare(
      graph,
      cpuRoutines.filter((name) => name !== 'attention'),
    );
    await body.step();
    return body;
  } catch (error) {
    if (error instanceof ManabiError && error.code === 'memory') return null;
    throw error;
  }
}

for (const shape of shapes) {
  for (const causal of [false, true]) {
    for (const training of [false, true]) {
      const name = `${shape.join('x')} ${causal ? 'causal' : 'full'} ${training ? 'training' : 'forward'}`;
      if (!name.includes(filter)) continue;
      const graph = graphOf(shape, causal, training);
      const routine = await prepare(graph, cpuRoutines);
      const body = await prepareBody(graph);
      const times = { routine: Number.POSITIVE_INFINITY, body: Number.POSITIVE_INFINITY };
      for (let i = 0; i < Math.max(3, 8000 / shape[1]); i++) {
        times.routine = Math.min(times.routine, await routine.step());
        if (body !== null) times.body = Math.min(times.body, await body.step());
      }
      console.log(
        `${name}: routine ${times.routine.toFixed(2)} ms, ${routine.megabytes()} MiB; ` +
          (body === null ? 'body: too large' : `body ${times.body.toFixed(2)} ms, ${body.megabytes()} MiB`),
      );
    }
  }
}
