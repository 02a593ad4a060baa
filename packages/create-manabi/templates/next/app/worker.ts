// Trains the network in a worker, so that the page stays responsive.
import { flowers } from '../lib/iris.ts';
import { createModel } from '../lib/model.ts';
import { epochs, type Flower, type Report } from './messages.ts';

const report = (message: Report): void => self.postMessage(message);

const fail = (error: unknown): void =>
  report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });

const created = createModel();
let flower: Flower | null = null;

async function predict(): Promise<void> {
  if (flower === null) return;
  const output = await (await created).predict([flower]);
  report({ kind: 'prediction', probabilities: Array.from(await output.data()) });
}

addEventListener('message', ({ data }: MessageEvent<Flower>) => {
  flower = data;
  predict().catch(fail);
});

async function train(): Promise<void> {
  const model = await created;
  await model.fit(flowers.x, flowers.y, {
    epochs,
    batchSize: 16,
    verbose: 0,
    callbacks: [
      {
        onEpochEnd: async (epoch, { loss, accuracy }) => {
          report({ kind: 'epoch', epoch: epoch + 1, loss, accuracy });
          await predict();
        },
      },
    ],
  });
}

train().catch(fail);
