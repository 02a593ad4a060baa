/**
 * Program of a worker thread, as text, so that no bundler has to find a file. It imports the module that opens the model, and
 * answers messages.
 */
const PROGRAM = `
import { parentPort, workerData } from 'node:worker_threads';

function compact({ dtype, shape, data }) {
  const isWhole = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
  return { dtype, shape: [...shape], data: isWhole ? data : data.slice() };
}

function post(message, arrays = []) {
  parentPort.postMessage(message, [...new Set(arrays.map(({ data }) => data.buffer))]);
}

function describe(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack, code } = error;
  return { name, message, stack, code: typeof code === 'string' ? code : undefined };
}

async function open() {
  const exported = await import(workerData.module).catch((error) => {
    // Node appends the importing module, which is this whole program.
    const [reason] = String(error?.message ?? error).split(' imported from data:');
    throw new Error('Could not import the module ' + workerData.module + ': ' + reason);
  });
  if (typeof exported.open !== 'function') {
    throw new Error('The module ' + workerData.module + ' must export a function open().');
  }
  return exported.open(workerData.data);
}

const opening = open();
opening.then(
  ({ inputs, outputs, independentRows, fixedBatch, classNames, preparation }) =>
    post({ facts: { inputs, outputs, independentRows, fixedBatch, classNames, kind: preparation?.kind ?? null } }),
  (error) => post({ failure: describe(error) }),
);

const calls = {
  predict: async (predictor, inputs) => (await predictor.predict(inputs)).map(compact),
  prepare: async (predictor, items) => (await predictor.preparation.prepare(items)).map(compact),
  warmUp: async (predictor, sizes) => { await predictor.warmUp(sizes); return []; },
  close: async (predictor) => { await predictor.close(); return []; },
};

parentPort.on('message', async ({ id, call, argument }) => {
  try {
    const arrays = await calls[call](await opening, argument);
    post({ id, arrays }, arrays);
  } catch (error) {
    post({ id, error: describe(error) });
  }
});
`;

/**
 * The program as a URL. Unlike text that a worker evaluates, it is an ES module, for which Node 20 applies the flag `--import`
 * of the process, and thus its loaders.
 */
export const programUrl = `data:text/javascript,${encodeURIComponent(PROGRAM)}`;
