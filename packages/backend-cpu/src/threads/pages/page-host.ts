import { helperSource } from '../pool/helper-source.ts';
import type { ThreadHost } from '../pool/thread-host.ts';
import { coordinatorSource } from './coordinator-source.ts';

// A worker whose first message names a lock holds the lock until it ends, so the page learns of its end in any case. It posts a
// message once it has the lock, and reads its messages only then, because it does not return to its event loop afterwards.
const prelude = `
const end = () => close();
let waiting = null;
onmessage = ({ data }) => {
  if (waiting !== null) waiting.push(data);
  else if (!data?.lock) receive(data);
  else {
    waiting = [data];
    navigator.locks.request(data.lock, () => {
      const messages = waiting;
      waiting = null;
      postMessage('locked');
      for (const message of messages) receive(message);
      return new Promise(() => {});
    });
  }
};
onmessageerror = () => { throw new Error('A thread could not read a message.'); };
`;

/** Returns a function that returns the URL of a program. */
function urlOf(source: () => string): () => string {
  let url: string | undefined;
  return () => {
    // A worker from a `data:` URL would not be in the agent cluster of the page, with which memory is shared.
    url ??= URL.createObjectURL(new Blob([source()], { type: 'text/javascript' }));
    return url;
  };
}

/** URL of the program of a helper. */
export const helperUrl = urlOf(() => helperSource(prelude));

/** URL of the program of the coordinator. */
export const coordinatorUrl = urlOf(() => coordinatorSource(prelude));

/**
 * Starts a worker.
 *
 * @param onError called if the worker cannot start, or fails outside of a task
 */
export function startWorker(url: string, name: string, onError: (error: unknown) => void): Worker {
  const worker = new Worker(url, { name });
  worker.onerror = (event) => {
    event.preventDefault();
    // Workers that the content security policy forbids fail without a message.
    onError(event.message ?? 'The content security policy must allow workers from blobs ("worker-src blob:").');
  };
  return worker;
}

/** Starts helpers as workers of a page, or as workers of a worker. */
export const pageHost: ThreadHost = {
  startsAtOnce: false,
  start: (name, onError) => {
    const worker = startWorker(helperUrl(), name, onError);
    return (message) => worker.postMessage(message);
  },
  warn: (message) => console.warn(message),
};
