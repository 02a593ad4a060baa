// Trains the network in a worker, so that the page stays responsive.
import { mnistFiles } from '@manabi/mnist';
import { datasets, selectBackend } from 'manabi';
import type { Report, Request } from './messages.ts';
import { createModel } from './model.ts';

const batchSize = 60;
// The page is updated after each epoch, so epochs are short: 100 of them are one pass over the 60,000 digits.
const stepsPerEpoch = 10;
const epochs = 200;

const model = createModel();
let isTrained = false;
let drawing: Uint8Array | null = null;

const report = (message: Report): void => self.postMessage(message);

const fail = (error: unknown): void =>
  report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'stop') {
    model.stopTraining = true;
  } else {
    drawing = data.pixels;
    if (isTrained) predict().catch(fail); // until then, the training predicts after each epoch
  }
});

async function predict(): Promise<void> {
  if (drawing === null) return;
  const output = await model.predict({ dtype: 'uint8', shape: [1, 28, 28, 1], data: drawing });
  report({ kind: 'prediction', probabilities: Array.from(await output.data()) });
}

async function train(): Promise<void> {
  // WebGPU if this machine has a GPU, otherwise the CPU.
  const { name, reason } = await selectBackend({ model, batchSize });
  const { train, test } = await datasets.mnist({ files: mnistFiles });
  report({ kind: 'started', backend: name, reason, steps: epochs * stepsPerEpoch });

  await model.fit(train.images, train.labels, {
    epochs,
    stepsPerEpoch,
    batchSize,
    verbose: 0,
    callbacks: [
      {
        onEpochEnd: async (epoch, { loss, accuracy }) => {
          report({ kind: 'progress', step: (epoch + 1) * stepsPerEpoch, loss, accuracy });
          await predict();
        },
      },
    ],
  });
  isTrained = true;
  const { accuracy } = await model.evaluate(test.images, test.labels, { verbose: 0 });
  report({ kind: 'ended', accuracy });
}

train().catch(fail);
