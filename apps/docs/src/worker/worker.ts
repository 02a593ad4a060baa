// The module that runs in the worker of a program: it imports the library, and then waits for a program.
import { registerBackend, selectBackend, setBackend } from 'manabi';
import type { RunRequest, ToWorker } from '../protocol/messages.ts';
import { formatLine } from './format-value.ts';
import { receiveInput, setPaused } from './live.ts';
import { setOptions } from './options.ts';
import { send, sendLine } from './outbox.ts';
import { lastTrained, watchTraining } from './watch-training.ts';

export { live } from './live.ts';
export { options } from './options.ts';
export { image, plot } from './show.ts';

const levels = { log: 'log', info: 'log', debug: 'log', warn: 'warn', error: 'error' } as const;
for (const [method, level] of Object.entries(levels)) {
  Object.assign(console, { [method]: (...values: unknown[]) => sendLine({ level, text: formatLine(values) }) });
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'run':
      void run(data);
      break;
    case 'save':
      void save(data.format);
      break;
    case 'input':
      receiveInput(data.input);
      break;
    case 'pause':
      setPaused(data.isPaused);
  }
});
// Errors outside of the program's own promise: in timers, and in promises that nothing awaits.
self.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  fail(event.reason);
});
self.addEventListener('error', (event) => {
  event.preventDefault();
  fail(event.error ?? event.message);
});
watchTraining();
send({ type: 'ready' });

async function run({ url, backend, operations, options }: RunRequest): Promise<void> {
  try {
    setOptions(options);
    send({ type: 'started', ...(await chooseBackend(backend, operations)) });
    await import(url);
    send({ type: 'done' });
  } catch (error) {
    fail(error);
  }
}

async function chooseBackend(choice: RunRequest['backend'], operations: number | null) {
  if (choice === 'auto') {
    const { name, reason } = await selectBackend(operations === null ? {} : { operations });
    return { backend: name, reason };
  }
  if (choice === 'webgpu') {
    const { createWebGpuBackend } = await import('@manabi/backend-webgpu');
    registerBackend('webgpu', () => createWebGpuBackend());
  }
  await setBackend(choice);
  return { backend: choice, reason: '' };
}

async function save(format: 'keras' | 'onnx'): Promise<void> {
  const model = lastTrained();
  try {
    if (model === null) throw new Error('The program has not trained a model yet.');
    const { modelFile } = await import('./model-file.ts');
    const bytes = await modelFile(model, format);
    send({ type: 'saved', format, bytes }, [bytes.buffer]);
  } catch (error) {
    send({ type: 'notSaved', format, message: error instanceof Error ? error.message : String(error) });
  }
}

function fail(thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(formatLine([thrown]));
  const { name, message, stack = '' } = error;
  send({ type: 'failed', error: { name, message, stack } });
}
