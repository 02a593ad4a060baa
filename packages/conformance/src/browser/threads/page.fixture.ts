// Functions run in a page or in a worker, where the exports are available as the global `onThreads`.
import { type CpuBackendOptions, createCpuBackend, getThreads, setThreads } from '@manabi/backend-cpu';
import { createThreadedBackend } from '@manabi/backend-cpu/placement';
import '@manabi/backend-cpu/register';
import { graphBuilder, hostArray } from '@manabi/ir';
import { trainCnn } from './cnn.fixture.ts';

/** Number of helpers that were started. */
let started = 0;
const PageWorker = globalThis.Worker;
globalThis.Worker = class extends PageWorker {
  constructor(...given: ConstructorParameters<typeof PageWorker>) {
    super(...given);
    if (given[1]?.name?.startsWith('manabi ')) started++;
  }
};

/** What a function has returned, and on how many threads. */
interface Result<Value> {
  readonly value: Value;
  /** Number of helpers that were started. */
  readonly started: number;
  /** Number that `getThreads` returns. */
  readonly threads: number;
  /** Warnings of the console. */
  readonly warnings: readonly string[];
}

/** Arguments of the functions that `call` can call. */
interface Arguments {
  readonly train: readonly [threads?: number];
  readonly products: readonly [threads: number, rounds: number];
  readonly indexErrors: readonly [threads: number, wrong: readonly number[]];
  readonly backendWith: readonly [options: CpuBackendOptions];
}

/** What these functions return. */
interface Values {
  readonly train: Awaited<ReturnType<typeof trainCnn>>;
  /** Distinct results, and how evenly threads shared the steps. */
  readonly products: { results: string[]; loads: { threads?: number; imbalance?: number }[] };
  readonly indexErrors: { errors: string[]; sum: number };
  readonly backendWith: undefined;
}

const functions: { readonly [Name in keyof Arguments]: (...given: Arguments[Name]) => Promise<Values[Name]> } = {
  train: (threads) => {
    if (threads !== undefined) setThreads(threads);
    return trainCnn();
  },
  products,
  indexErrors,
  backendWith: async (options) => {
    createCpuBackend(options);
    // The warning is in a part that is loaded later.
    await pause(100);
    return undefined;
  },
};

/** Calls a function in this thread. */
export async function call<Name extends keyof Arguments>(
  name: Name,
  ...given: Arguments[Name]
): Promise<Result<Values[Name]>> {
  const warnings: string[] = [];
  const warn = console.warn;
  console.warn = (...values) => warnings.push(values.join(' '));
  started = 0;
  try {
    return { value: await functions[name](...given), started, threads: getThreads(), warnings };
  } finally {
    console.warn = warn;
  }
}

/** Calls a function in a worker, which ends afterwards. */
export function callInWorker<Name extends keyof Arguments>(
  name: Name,
  ...given: Arguments[Name]
): Promise<Result<Values[Name]>> {
  const script = `importScripts('${location.origin}/page.js');
    onmessage = async ({ data }) => postMessage(await onThreads.call(...data).then(
      (result) => ({ result }), (error) => ({ error: String(error) })));`;
  const worker = new Worker(URL.createObjectURL(new Blob([script])), { name: 'program' });
  const answer = new Promise<Result<Values[Name]>>((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.result) : reject(new Error(data.error)));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage([name, ...given]);
  });
  return answer.finally(() => worker.terminate());
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Runs a product and an elementwise step many times, with helpers in each job. Returns the distinct results of all rounds, one
 * if all rounds compute the same, and how evenly threads shared the steps.
 */
async function products(count: number, rounds: number): Promise<Values['products']> {
  const backend = createThreadedBackend({ threads: count, measures: true });
  const b = graphBuilder();
  const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [96, 96] }));
  const executable = await backend.compile(b.finish([b.tanh(b.dot(x, y, [], [[1, 0]]))]), { donated: [] });
  const inputs = [0.3, 1.7].map((scale) => backend.upload(wave(scale)));
  const results = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const [output] = await executable.run(inputs);
    results.add(new Uint32Array((await backend.read(output)).data.buffer).join());
    backend.release(output);
    if (round % 10 === 0) await pause(round < 50 ? 20 : 0);
  }
  const steps = (await executable.steps?.()) ?? [];
  executable.dispose();
  return { results: [...results], loads: steps.map(({ threads, imbalance }) => ({ threads, imbalance })) };
}

function wave(scale: number) {
  const data = Float32Array.from({ length: 96 * 96 }, (_, i) => Math.sin(i * scale));
  return hostArray('float32', [96, 96], data);
}

/**
 * Gathers rows with indices of which the given ones are out of range, and then without any. Returns the messages of all errors
 * of several rounds, without duplicates, and the sum of the last run.
 */
async function indexErrors(count: number, wrong: readonly number[]): Promise<Values['indexErrors']> {
  const backend = createThreadedBackend({ threads: count });
  const rows = 20_000;
  const b = graphBuilder();
  const table = b.input({ dtype: 'float32', shape: [50, 8] });
  const indices = b.input({ dtype: 'int32', shape: [rows] });
  const executable = await backend.compile(b.finish([b.tanh(b.gather(table, indices, 0))]), { donated: [] });
  const values = backend.upload(hostArray('float32', [50, 8], new Float32Array(400).fill(1)));
  const errors = new Set<string>();
  const run = async (at: readonly number[]) => {
    const data = Int32Array.from({ length: rows }, (_, i) => (at.includes(i) ? 50 + (i % 7) : i % 50));
    const given = backend.upload(hostArray('int32', [rows], data));
    const [output] = await executable.run([values, given]);
    return Array.from((await backend.read(output)).data).reduce((sum, value) => sum + value, 0);
  };
  for (let round = 0; round < 20; round++) {
    await run(wrong).catch((error: Error) => errors.add(error.message));
    await pause(5);
  }
  return { errors: [...errors], sum: await run([]) };
}
