// Runs many small training steps and prints the memory in use. A test starts this file as a separate process with
// access to the garbage collector.
import '@manabi/backend-cpu/register';
import { memory } from '@manabi/core';
import { layers, sequential, setRandomSeed } from '../index.ts';

const epochs = Number(process.argv[2]);
setRandomSeed(1);
const model = sequential([
  layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
  layers.batchNormalization(),
  layers.dropout({ rate: 0.2 }),
  layers.dense({ units: 3, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const x = Array.from({ length: 201 }, (_, i) => [i % 2, i % 3, i % 5, i % 7]);
const y = x.map((_, i) => i % 3);

const held: number[] = [];
let most = 0;
await model.fit(x, y, {
  batchSize: 2,
  epochs,
  verbose: 0,
  validationSplit: 1 / 201,
  callbacks: [
    {
      onBatchEnd: () => {
        most = Math.max(most, memory().buffers);
      },
      onEpochEnd: () => {
        globalThis.gc?.();
        held.push(process.memoryUsage().heapUsed, memory().backends[0].reserved);
      },
    },
  ],
});
for (let i = 0; i < 20; i++) {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const { buffers, backends } = memory();
const third = Math.floor(epochs / 3) * 2;
console.log(
  JSON.stringify({
    steps: await model.trainer.iterations(),
    most,
    buffers,
    heapGrowth: held[held.length - 2] - held[third],
    reservedGrowth: backends[0].reserved - held[third + 1],
  }),
);
