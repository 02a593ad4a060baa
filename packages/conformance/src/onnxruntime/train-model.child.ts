// Trains a small classifier in ONNX Runtime and prints samples of the memory in use, and the losses.
// Argument: the number of steps.
import '@manabi/backend-cpu/register';
import './register.child.ts';
import { setBackend } from '@manabi/core';
import { hostArray } from '@manabi/ir';
import { sequential, setRandomSeed } from '@manabi/layers';
import { batchNormalization, dense, dropout } from '@manabi/layers/layers';
import { randomSource } from '@manabi/testing';
import { type ProcessSample, sampleProcess } from './process-samples.ts';

const steps = Number(process.argv[2]);
await setBackend('onnxruntime');
setRandomSeed(1);
const model = sequential([
  dense({ units: 128, activation: 'relu' }),
  batchNormalization(),
  dropout({ rate: 0.2 }),
  dense({ units: 64, activation: 'relu' }),
  dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
const random = randomSource(2);
const batches = Array.from({ length: 4 }, () => ({
  x: hostArray('float32', [32, 784], random.float32Array(32 * 784)),
  y: hostArray('int32', [32], random.int32Array(32, 0, 10)),
}));
const samples: ProcessSample[] = [];
const losses: number[] = [];
for (let i = 1; i <= steps; i++) {
  const { x, y } = batches[i % batches.length];
  const { loss } = await model.trainOnBatch(x, y);
  if (i % (steps / 10) === 0) {
    losses.push(loss);
    samples.push(await sampleProcess());
  }
}
console.log(JSON.stringify({ samples, losses }));
