// Measures how much a dashboard with a connected reader slows the training of the network of `manabi train mnist-cnn` down, by
// alternating trainings with and without: node tooling/run/start.mjs packages/dashboard/src/overhead.child.ts
import '@manabi/backend-cpu/register';
import { hostArray, random } from '@manabi/core';
import { type CallbackHooks, layers, sequential } from '@manabi/layers';
import { dashboard } from './callback/index.ts';

const ROUNDS = 3;
const SAMPLES = 6400;
const EPOCHS = 3;

const pixels = await random.uniform(random.key(1), [SAMPLES, 28, 28, 1]).data();
const x = hostArray('float32', [SAMPLES, 28, 28, 1], pixels);
const y = Uint8Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 10);

const model = sequential([
  layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dense({ units: 128, activation: 'relu' }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

/** Returns the time that the processor spends on a training, which other programs on the machine disturb less. */
async function seconds(callbacks: readonly CallbackHooks[]): Promise<number> {
  const begin = process.cpuUsage();
  await model.fit(x, y, { epochs: EPOCHS, batchSize: 128, validationSplit: 0.05, verbose: 0, callbacks });
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

const board = dashboard({ print: () => {} });
const read: CallbackHooks = {
  onTrainBegin: async () => {
    const { body } = await fetch(`${board.url}events`);
    body?.pipeTo(new WritableStream()).catch(() => undefined);
  },
};
// The first trainings also compile.
await seconds([]);
await seconds([board, read]);
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const [without, shown] = [await seconds([]), await seconds([board, read])];
  ratios.push(shown / without);
  console.log(`without ${without.toFixed(2)} s, with ${shown.toFixed(2)} s, ratio ${(shown / without).toFixed(3)}`);
}
console.log(`median ratio ${ratios.sort((a, b) => a - b)[(ROUNDS - 1) / 2].toFixed(3)}`);
