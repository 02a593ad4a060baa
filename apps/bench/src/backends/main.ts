// Compares the backends `cpu` and `onnxruntime`: `npm start apps/bench/src/backends/main.ts -- --help`.
import { parseArgs } from 'node:util';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import { type Backend, registerBackend } from '@manabi/ir';
import type { Model } from '@manabi/layers';
import { selectBackend } from 'manabi';
import * as onnxRuntime from 'onnxruntime-node';
import { quantile } from '../statistics.ts';
import { compareGraphs } from './graphs.ts';
import { type Work, works } from './networks.ts';

const help = `npm start apps/bench/src/backends/main.ts -- [options]

Compare training on the backends cpu and onnxruntime: the time of the first step, and the time of a later one.

  --only TEXT       Networks whose names contain the text (default: all)
  --threads N       Threads of both backends (default: one per core)
  --seconds S       Seconds of steps per network and backend (default: 3)
  --graphs          Compare single graphs instead: sessions with the backend for small graphs
  --help            Show help
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    threads: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '3' },
    graphs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Milliseconds that each backend has spent on compiling. */
const compiling = { cpu: 0, onnxruntime: 0 };
type Name = keyof typeof compiling;

/** Milliseconds of these that ONNX Runtime has spent on opening sessions. */
let opening = 0;

/** ONNX Runtime, which adds the time of each session to `opening`. */
const runtime = {
  ...onnxRuntime,
  InferenceSession: {
    create: async (bytes: Uint8Array, options: onnxRuntime.InferenceSession.SessionOptions) => {
      const start = performance.now();
      const session = await onnxRuntime.InferenceSession.create(bytes, options);
      opening += performance.now() - start;
      return session;
    },
  },
};
const names: readonly Name[] = ['cpu', 'onnxruntime'];

/** Makes a backend add the time of each compilation to `compiling`. */
function timed(name: Name, backend: Backend): Backend {
  const compile = backend.compile.bind(backend);
  return Object.assign(backend, {
    compile: async (...given: Parameters<typeof compile>) => {
      const start = performance.now();
      const executable = await compile(...given);
      compiling[name] += performance.now() - start;
      return executable;
    },
  });
}

/** Milliseconds of one step: on the clock, and of all threads of the process. */
interface StepTime {
  readonly wall: number;
  readonly cpu: number;
}

interface Case {
  readonly model: Model;
  /** Milliseconds until the first step has run. */
  readonly first: number;
  /** Milliseconds of these that the backend spends on compiling. */
  readonly compile: number;
  /** Milliseconds of these in which ONNX Runtime opens the session. */
  readonly session: number;
  readonly samples: StepTime[];
}

/** Least duration of a sample in milliseconds. */
const SAMPLE = 50;

async function prepared({ create, x, y }: Work, name: Name): Promise<Case> {
  const model = await create();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.loadTrainer();
  await model.to(name);
  const [before, opened, start] = [compiling[name], opening, performance.now()];
  await model.trainOnBatch(x, y);
  const first = performance.now() - start;
  const compile = compiling[name] - before;
  const session = opening - opened;
  for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
  return { model, first, compile, session, samples: [] };
}

/** Runs as many steps as fill a sample, and returns the mean time of a step. */
async function sample({ x, y }: Work, model: Model): Promise<StepTime> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  let steps = 0;
  do {
    await model.trainOnBatch(x, y);
    steps++;
  } while (performance.now() - start < SAMPLE);
  const { user, system } = process.cpuUsage(used);
  return { wall: (performance.now() - start) / steps, cpu: (user + system) / 1000 / steps };
}

async function compare(work: Work, seconds: number): Promise<void> {
  const { operations } = await selectBackend({ model: await work.create(), batchSize: work.batch });
  const cases: Case[] = [];
  for (const name of names) cases.push(await prepared(work, name));
  const end = performance.now() + 2000 * seconds;
  while (performance.now() < end || cases[0].samples.length < 5) {
    for (const { model, samples } of cases) samples.push(await sample(work, model));
  }
  const [cpu, ort] = cases.map(({ first, compile, session, samples }) => ({
    first,
    compile,
    session,
    wall: Math.min(...samples.map(({ wall }) => wall)),
    cpu: quantile(
      samples.map((each) => each.cpu),
      0.25,
    ),
  }));
  const cells = [
    `${work.name}, batch ${work.batch}`.padEnd(52),
    `${((operations ?? 0) / 1e6).toPrecision(3)} M`.padStart(8),
    ...[cpu.first, ort.first, cpu.compile, ort.compile, ort.session].map((ms) => ms.toFixed(0).padStart(6)),
    ...[cpu.wall, ort.wall, cpu.cpu, ort.cpu].map((ms) => ms.toPrecision(3).padStart(7)),
    ...[cpu.wall / ort.wall, cpu.cpu / ort.cpu].map((ratio) => ratio.toFixed(2).padStart(5)),
  ];
  console.log(cells.join('  '));
  for (const { model } of cases) for (const { value } of model.weights) value.dispose();
}

if (values.help) console.log(help);
else if (values.graphs) await compareGraphs(Number(values.threads));
else {
  const threads = Number(values.threads);
  registerBackend('cpu', () => timed('cpu', createCpuBackend(threads > 0 ? { threads } : {})));
  registerBackend('onnxruntime', async () =>
    timed('onnxruntime', await createOnnxRuntimeBackend({ runtime, threads, leastOperations: 0 })),
  );
  console.log(
    'Milliseconds on cpu and onnxruntime: until the first step has run; to compile (a part of it); least time of a',
  );
  console.log('step; CPU time of a step (first quartile). Then cpu / onnxruntime of both times of a step.\n');
  for (const work of works) if (work.name.includes(values.only)) await compare(work, Number(values.seconds));
}
