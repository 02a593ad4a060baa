import { helperSource } from '../pool/helper-source.ts';
import type { ThreadHost } from '../pool/thread-host.ts';

const source = helperSource(`
const end = () => close();
onmessage = ({ data }) => receive(data);
onmessageerror = () => { throw new Error('A thread could not read a message.'); };
`);

let url: string | undefined;

/** Starts helpers as workers of a page, or as workers of a worker. */
export const pageHost: ThreadHost = {
  startsAtOnce: false,
  start: (name, onError) => {
    // A worker from a `data:` URL would not be in the agent cluster of the page, with which memory is shared.
    url ??= URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(url, { name });
    worker.onerror = (event) => {
      event.preventDefault();
      // Workers that the content security policy forbids fail without a message.
      onError(event.message ?? 'The content security policy must allow workers from blobs ("worker-src blob:").');
    };
    return (message) => worker.postMessage(message);
  },
  warn: (message) => console.warn(message),
};
