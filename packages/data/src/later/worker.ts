import { ManabiError } from '@manabi/errors';

/** Sends messages to a worker thread. */
export interface Messenger {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  stop(): Promise<void>;
}

/** The function that a worker thread calls. */
interface WorkerFunction {
  readonly module: string;
  readonly name: string;
}

/**
 * Program of a worker, as text, so that no bundler has to find a file. It imports the module of the function, and answers
 * each message. Arrays in a result are copied if they share memory with others, and then transferred.
 */
const PROGRAM = `
const isView = (x) => ArrayBuffer.isView(x);
const isPlain = (x) => typeof x === 'object' && x !== null && !isView(x) && !Array.isArray(x) && [null, Object.prototype].includes(Object.getPrototypeOf(x));
const seen = new Set();
function compact(x) {
  if (isView(x)) {
    const isWhole = x.buffer instanceof ArrayBuffer && x.byteLength === x.buffer.byteLength && !seen.has(x.buffer);
    const view = isWhole || !x.slice ? x : x.slice();
    if (view.buffer instanceof ArrayBuffer && x.slice) seen.add(view.buffer);
    return view;
  }
  if (Array.isArray(x)) return x.map(compact);
  return isPlain(x) ? Object.fromEntries(Object.entries(x).map(([key, part]) => [key, compact(part)])) : x;
}
let loaded;
async function answer(post, { module, name }, { id, element, index }) {
  try {
    loaded ??= import(module).then((exports) => {
      if (typeof exports[name] === 'function') return exports[name];
      throw new Error('The module ' + module + ' does not export a function ' + name + '.');
    });
    const call = await loaded;
    const value = compact(await call(element, { index }));
    const transfer = [...seen];
    seen.clear();
    post({ id, value }, transfer);
  } catch (error) {
    seen.clear();
    const isError = error instanceof Error;
    post({ id, error: { name: isError ? error.name : 'Error', message: isError ? error.message : String(error), stack: isError ? error.stack : undefined } }, []);
  }
}
`;

const NODE_PROGRAM = `${PROGRAM}
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', (message) => answer((value, transfer) => parentPort.postMessage(value, transfer), workerData, message));
`;

const PAGE_PROGRAM = `${PROGRAM}
let task;
onmessage = ({ data }) => {
  if (data.task) task = data.task;
  else answer((value, transfer) => postMessage(value, transfer), task, data);
};
`;

/**
 * Starts a worker thread, in Node or in a page.
 *
 * @param receive receives each answer
 * @param fail is called if the worker stops
 */
export async function startWorker<A>(
  task: WorkerFunction,
  receive: (answer: A) => void,
  fail: (cause: unknown) => void,
): Promise<Messenger> {
  if (typeof globalThis.process === 'object' && typeof globalThis.process.versions?.node === 'string') {
    return startNodeWorker(task, receive, fail);
  }
  if (typeof Worker !== 'function') {
    throw new ManabiError('data', 'Worker threads are unavailable here. Use map() instead.', {
      op: 'mapOnWorkers',
    });
  }
  const url = URL.createObjectURL(new Blob([PAGE_PROGRAM], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<A>) => receive(data);
  worker.onerror = (event) => fail(new Error(event.message));
  worker.onmessageerror = () => fail(new Error('The result of the function cannot be passed between threads.'));
  worker.postMessage({ task });
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    async stop() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

async function startNodeWorker<A>(
  task: WorkerFunction,
  receive: (answer: A) => void,
  fail: (cause: unknown) => void,
): Promise<Messenger> {
  // The name is built at run time to keep bundlers from resolving it.
  const name = 'node:worker_threads';
  const threads: typeof import('node:worker_threads') = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  const worker = new threads.Worker(NODE_PROGRAM, { eval: true, workerData: task });
  worker.on('message', receive);
  worker.on('error', fail);
  worker.on('messageerror', fail);
  worker.on('exit', (code) => fail(new Error(`The worker thread stopped with code ${code}.`)));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    stop: async () => void (await worker.terminate()),
  };
}
