import type { FromWorker, ModelFormat, RunRequest, ToWorker } from '../protocol/messages.ts';
import type { LibraryUrls } from './library-urls.ts';

/** A program that runs, or that has run and whose model can still be saved. */
export interface RunningProgram {
  /** Asks for the trained model as a file, which arrives as a message. */
  save(format: ModelFormat): void;
  /** Sends what the reader entered to a demo. */
  input(input: unknown): void;
  /** Lets a demo wait, or go on. */
  pause(isPaused: boolean): void;
  /** Ends the program, even in the middle of a loop. */
  end(): void;
}

/** A worker that has imported the library, or is about to. */
interface PreparedWorker {
  readonly worker: Worker;
  readonly ready: Promise<void>;
}

/** A worker for the next run. */
let idle: PreparedWorker | null = null;

/** Starts a worker for the next run, which then does not wait for the library. */
export function prepareWorker(library: LibraryUrls): void {
  if (idle !== null) return;
  const started = startWorker(library);
  idle = started;
  // If the library cannot be downloaded, the next run tries again.
  started.ready.catch(() => {
    if (idle === started) idle = null;
  });
}

/**
 * Runs a program in a worker of its own.
 *
 * @param request resolves to the program once it is compiled
 * @param listener receives all messages of the worker
 */
export function runProgram(
  library: LibraryUrls,
  request: RunRequest,
  listener: (message: FromWorker) => void,
): RunningProgram {
  const { worker, ready } = idle ?? startWorker(library);
  idle = null;
  let hasEnded = false;
  const post = (message: ToWorker) => worker.postMessage(message);
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if (!hasEnded) listener(withoutUrl(data));
  });
  ready.then(
    () => post(request),
    (error) => {
      if (!hasEnded) listener({ type: 'failed', error: { name: 'Error', message: String(error), stack: '' } });
    },
  );
  // Messages must not overtake the request.
  const postLater = (message: ToWorker) =>
    ready.then(
      () => post(message),
      () => undefined,
    );
  return {
    save: (format) => post({ type: 'save', format }),
    input: (input) => void postLater({ type: 'input', input }),
    pause: (isPaused) => void postLater({ type: 'pause', isPaused }),
    end: () => {
      hasEnded = true;
      worker.terminate();
    },
  };
}

/** The reason why no worker started: a file of the library is missing, or the network is. */
export const noWorker = 'noWorker';

/** What Chromium, Firefox and Safari say about a module that cannot be downloaded. */
const NOT_DOWNLOADED = /dynamically imported module|Importing a module script failed/;

/** Returns the message of a worker that could not download a part of the library as if no worker had started. */
function withoutUrl(message: FromWorker): FromWorker {
  if (message.type !== 'failed' || !NOT_DOWNLOADED.test(message.error.message)) return message;
  return { type: 'failed', error: { ...message.error, message: noWorker } };
}

function startWorker(library: LibraryUrls): PreparedWorker {
  // A worker from a blob has the content security policy of the page; one from a URL would have none.
  const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(library.worker)};`], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  const ready = new Promise<void>((resolve, reject) => {
    const listen = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type !== 'ready') return;
      worker.removeEventListener('message', listen);
      URL.revokeObjectURL(url);
      resolve();
    };
    worker.addEventListener('message', listen);
    worker.addEventListener('error', () => reject(noWorker), { once: true });
  });
  return { worker, ready };
}
