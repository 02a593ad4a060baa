import { readArgument, withMethods } from '@manabi/errors';
import { RecordHub } from './hub.ts';
import type { DashboardRecord, RecordSink, RecordSource } from './record.ts';

/** A worker, the global scope of a worker, or a message port. */
export interface MessageEnd {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const endKind = withMethods<MessageEnd>('postMessage', 'addEventListener', 'removeEventListener');

/** Keys of the messages between a worker and its page, so that programs may also exchange their own messages. */
const RECORD = 'manabi-dashboard-record';
const STOP = 'manabi-dashboard-stop';

/**
 * Returns a sink that posts records from a worker to its page, where `workerSource` receives them.
 *
 * @param end global scope of the worker (default), or a message port
 * @throws ManabiError `argument` for other values
 * @example
 * ```ts no-run
 * import { workerSink } from '@manabi/dashboard';
 * import { callbacks } from 'manabi';
 *
 * const board = callbacks.dashboard({ sink: workerSink() }); // in the worker, for fit
 * ```
 */
export function workerSink(end: MessageEnd = globalThis as unknown as MessageEnd): RecordSink {
  readArgument('workerSink', 'end', end, endKind);
  return {
    write: (record) => end.postMessage({ [RECORD]: record }),
    onStop: (listener) => {
      const receive = ({ data }: { readonly data: unknown }): void => {
        const run = partOf(data, STOP);
        if (typeof run === 'string') listener(run);
      };
      end.addEventListener('message', receive);
      return () => end.removeEventListener('message', receive);
    },
  };
}

/**
 * Returns a source of the records that a worker posts with `workerSink`. It listens from this call on, so call it before
 * the training starts.
 *
 * @param end the worker, or a message port that is started
 * @throws ManabiError `argument` for other values
 * @example
 * ```ts no-run
 * import { workerSource } from '@manabi/dashboard';
 * import { mountDashboard } from '@manabi/dashboard/view';
 *
 * const worker = new Worker(new URL('./training.ts', import.meta.url), { type: 'module' });
 * mountDashboard(document.body, workerSource(worker));
 * ```
 */
export function workerSource(end: MessageEnd): RecordSource {
  readArgument('workerSource', 'end', end, endKind);
  const hub = new RecordHub();
  end.addEventListener('message', ({ data }) => {
    const record = partOf(data, RECORD);
    // Only `workerSink` posts messages with this key.
    if (record !== undefined) hub.write(record as DashboardRecord);
  });
  return {
    subscribe: (listener) => hub.subscribe(listener),
    stop: (run) => end.postMessage({ [STOP]: run }),
  };
}

function partOf(data: unknown, key: string): unknown {
  if (typeof data !== 'object' || data === null) return undefined;
  return Object.entries(data).find(([name]) => name === key)?.[1];
}
