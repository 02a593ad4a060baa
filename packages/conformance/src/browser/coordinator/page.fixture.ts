// Functions run in a page, where the exports are available as the global `coordinated`.
import { createCpuBackend } from '@manabi/backend-cpu';
import { createThreadedBackend, createWideBackend } from '@manabi/backend-cpu/placement';
import '@manabi/backend-cpu/register';
import { add, dispatch, jit, memory, mul, random, scan, type Tensor, tensor } from '@manabi/core';
import { type Backend, type Executable, type GraphBuilder, graphBuilder, hostArray } from '@manabi/ir';
import { layers, sequential } from '@manabi/layers';
import { fewerCases } from '../../fewer-cases.ts';
import type { Section } from '../../matrix.ts';
import { areEqual, outcomeOf } from '../../outcomes.ts';
import { compositeGradientSection, compositeSection } from '../../sections/composites.ts';
import { gradientSection } from '../../sections/gradients.ts';
import { largeSection } from '../../sections/large.ts';
import { networkSection } from '../../sections/networks.ts';
import { randomSection } from '../../sections/random-graphs.ts';
import { sampleSection } from '../../sections/samples.ts';

/** The workers that this page has started. */
const workers: Worker[] = [];
const PageWorker = globalThis.Worker;
globalThis.Worker = class extends PageWorker {
  constructor(...given: ConstructorParameters<typeof PageWorker>) {
    super(...given);
    workers.push(this);
  }
};

const sections: Readonly<Record<string, readonly [section: Section, most: number]>> = {
  samples: [sampleSection, 2],
  gradients: [gradientSection, 1],
  large: [largeSection, 1],
  composites: [compositeSection, 1],
  compositeGradients: [compositeGradientSection, 1],
  networks: [networkSection, 3],
  random: [randomSection, 1],
};

/** Returns how many cases of a section were run, and those whose outcome on workers differs from that on the page's thread. */
export async function differences(name: string, isWide: boolean): Promise<{ count: number; different: string[] }> {
  const here = createCpuBackend({ threads: 1 });
  const there = isWide ? createWideBackend({ threads: 3, eager: true }) : createThreadedBackend({ threads: 3 });
  const different: string[] = [];
  let count = 0;
  for (const group of fewerCases(...sections[name]).groups) {
    for (const each of group.cases()) {
      if ('refusal' in each) continue;
      count++;
      if (!areEqual(await outcomeOf(here, each), await outcomeOf(there, each)))
        different.push(`${group.name}, ${each.name}`);
    }
  }
  return { count, different };
}

/** Adds a chain of products x ← tanh(x · y) to a graph. */
function products(b: GraphBuilder, size: number, length: number) {
  const type = { dtype: 'float32', shape: [size, size] } as const;
  const inner = graphBuilder();
  const [x, y] = [inner.input(type), inner.input(type)];
  const body = inner.finish([inner.tanh(inner.dot(x, y, [], [[1, 0]]))]);
  const [result] = b.scan([b.input(type), b.input(type)], { body, carries: 1, xs: 0, length, reverse: false });
  return result;
}

const SIDE = 192;

/** A plan that runs for a second or so. */
async function longPlan(backend: Backend, length = 1500): Promise<{ executable: Executable; inputs: () => Buffers }> {
  const b = graphBuilder();
  const executable = await backend.compile(b.finish([products(b, SIDE, length)]), { donated: [0] });
  const data = (scale: number) => Float32Array.from({ length: SIDE * SIDE }, (_, i) => Math.sin(i * scale) / 8);
  return {
    executable,
    inputs: () => [0.3, 1.7].map((s) => backend.upload(hostArray('float32', [SIDE, SIDE], data(s)))),
  };
}

type Buffers = readonly ReturnType<Backend['upload']>[];

const textOf = async (backend: Backend, [output]: Buffers) =>
  new Uint32Array((await backend.read(output)).data.buffer).join();

/** Counts the timers that fire while one plan runs. Returns whether the result has the bits of one thread, too. */
export async function timersDuringRun(): Promise<{ timers: number; isEqual: boolean }> {
  const single = createCpuBackend({ threads: 1 });
  const expected = await longPlan(single);
  const result = await textOf(single, await expected.executable.run(expected.inputs()));
  const backend = createCpuBackend({ threads: 2 });
  const { executable, inputs } = await longPlan(backend);
  let timers = 0;
  const timer = setInterval(() => timers++, 0);
  const outputs = await executable.run(inputs());
  clearInterval(timer);
  return { timers, isEqual: (await textOf(backend, outputs)) === result };
}

/** Grows the memory of a backend several times while a plan runs. */
export async function growthDuringRun(isWide: boolean): Promise<{ grown: boolean; isEqual: boolean }> {
  const backend = isWide
    ? createWideBackend({ threads: 3, eager: true, after: 512 })
    : createThreadedBackend({ threads: 3 });
  const { executable, inputs } = await longPlan(backend, 300);
  const first = await textOf(backend, await executable.run(inputs()));
  const before = backend.memory().reserved;
  const run = executable.run(inputs());
  for (let i = 0; i < 4; i++) {
    backend.upload(hostArray('float32', [2 ** 22], new Float32Array(2 ** 22)));
    await pause(2);
  }
  const during = await textOf(backend, await run);
  // The buffers of this run are in memory that workers have not seen yet.
  const after = await textOf(backend, await executable.run(inputs()));
  return { grown: backend.memory().reserved > before, isEqual: first === during && first === after };
}

/** Ends a worker while it runs a plan, and runs another plan afterwards. */
export async function deathDuringRun(which: number): Promise<{ error: string; isEqual: boolean; warnings: string[] }> {
  const warnings: string[] = [];
  const warn = console.warn;
  console.warn = (...values) => warnings.push(values.join(' '));
  const backend = createThreadedBackend({ threads: 3 });
  const { executable, inputs } = await longPlan(backend, 300);
  const first = await textOf(backend, await executable.run(inputs()));
  // So long that the run has not ended when a busy machine ends the pause late.
  const long = await longPlan(backend, 200_000);
  const run = Promise.resolve(long.executable.run(long.inputs()));
  const ended = run.then(
    () => 'no error',
    (error: Error) => `${Reflect.get(error, 'code')}: ${error.message}`,
  );
  await pause(200);
  workers.slice(-3)[which].terminate();
  const error = await ended;
  const isEqual = (await textOf(backend, await executable.run(inputs()))) === first;
  console.warn = warn;
  return { error, isEqual, warnings };
}

/** Makes a long chain of operators without awaits, once before and once while a jitted function runs on workers. */
export async function chainDuringRun(): Promise<{ values: number[]; buffers: number }> {
  const long = jit(
    (x: Tensor) => scan((carry: Tensor) => [mul(add(carry, x), 0.5), null] as const, x, null, { length: 3000 })[0],
  );
  const x = tensor(new Float32Array(400_000).fill(2));
  const { result, done } = dispatch(long, [x]);
  // The call has started when the first run of the event loop ends.
  await pause(1);
  let sum: Tensor = tensor([0, 1]);
  for (let i = 0; i < 10_000; i++) sum = add(mul(sum, 0.5), 1);
  const { buffers } = memory();
  await done;
  return { values: [...((await sum.array()) as number[]), (await result.data())[7]], buffers };
}

/** Returns the error of a run with an index out of range, and whether the donated input is kept, as `early` says. */
export async function indexError(early: boolean, isOnPage: boolean): Promise<unknown> {
  const backend = isOnPage ? createCpuBackend({ threads: 1 }) : createThreadedBackend({ threads: 3 });
  const b = graphBuilder();
  const table = b.input({ dtype: 'float32', shape: [400, 8] });
  const indices = b.input({ dtype: 'int32', shape: [400] });
  const gathered = b.tanh(b.gather(table, indices, 0));
  const outputs = early ? [b.add(table, gathered)] : [b.add(table, b.full(table, 1)), gathered];
  const executable = await backend.compile(b.finish(outputs), { donated: [0] });
  const at = Int32Array.from({ length: 400 }, (_, i) => (i > 100 && i % 90 === 17 ? 400 + i : i));
  const given = [
    backend.upload(hostArray('float32', [400, 8], new Float32Array(3200).fill(1))),
    backend.upload(hostArray('int32', [400], at)),
  ];
  try {
    await executable.run(given);
    return 'no error';
  } catch (error) {
    const buffers = backend.memory().buffers;
    return { message: String(error), data: JSON.stringify(Reflect.get(Object(error), 'data')), buffers };
  }
}

/** Aborts a training from a timer. Returns the number of steps, and whether the training was aborted. */
export async function abortedFit(): Promise<{ steps: number; error: string }> {
  const model = sequential([
    layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', inputShape: [24, 24, 3] }),
    layers.flatten(),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const controller = new AbortController();
  let steps = 0;
  const onTrainBatchEnd = () => {
    steps++;
    if (steps === 3) setTimeout(() => controller.abort(), 0);
  };
  const images = random.uniform(random.key(1), [512, 24, 24, 3]);
  const labels = random.randint(random.key(2), [512], 0, 10);
  const error = await model
    .fit(images, labels, {
      epochs: 1000,
      batchSize: 32,
      verbose: 0,
      signal: controller.signal,
      callbacks: [{ onTrainBatchEnd }],
    })
    .then(
      () => 'no error',
      (failure) => String(Reflect.get(failure, 'code')),
    );
  return { steps, error };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
