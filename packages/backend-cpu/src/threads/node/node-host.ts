import { nodeModule } from '../../node/node-modules.ts';
import { helperSource } from '../pool/helper-source.ts';
import type { ThreadHost } from '../pool/thread-host.ts';

const source = helperSource(`
const { parentPort } = require('node:worker_threads');
const end = () => parentPort.close();
parentPort.on('message', receive);
`);

/** Starts helpers as worker threads of Node. */
export const nodeHost: ThreadHost = {
  startsAtOnce: true,
  start: (name, onError) => {
    const library = nodeModule('node:worker_threads');
    if (library === undefined) throw new Error('Threads need Node 20.16 or later.');
    const worker = new library.Worker(source, {
      eval: true,
      name,
      // Flags of the process, such as loaders, would make the start slower.
      execArgv: [],
      env: library.SHARE_ENV,
    });
    worker.on('error', onError);
    worker.unref();
    return (message) => worker.postMessage(message);
  },
  warn: (message) => process.emitWarning(message),
};
