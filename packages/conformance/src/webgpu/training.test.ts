import '@manabi/backend-cpu/register';
import '@manabi/backend-webgpu/register';
import { expect, test } from '@jest/globals';
import { random, setBackend } from '@manabi/core';
import { hostArray } from '@manabi/ir';
import { type Layer, sequential, setRandomSeed } from '@manabi/layers';
import {
  batchNormalization,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePooling1d,
  lstm,
  maxPooling2d,
} from '@manabi/layers/layers';
import { randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';

const rows = 32;

/** Trains a classifier on random data on a backend, and returns the loss of each epoch. */
async function lossesOn(backend: string, shape: readonly number[], network: () => Layer[], highest = 0) {
  await setBackend(backend);
  setRandomSeed(7);
  const model = sequential(network());
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const source = randomSource(3);
  const size = rows * shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, () => (highest > 0 ? source.integer(0, highest) : source.next()));
  const x =
    highest > 0
      ? hostArray('int32', [rows, ...shape], Int32Array.from(values))
      : hostArray('float32', [rows, ...shape], Float32Array.from(values));
  const labels = Int32Array.from({ length: rows }, () => source.integer(0, 4));
  const y = hostArray('int32', [rows], labels);
  const { history } = await model.fit(x, y, { epochs: 6, batchSize: 8, verbose: 0 });
  return history.loss;
}

describeWithWebGpu('training on WebGPU', () => {
  test.each([
    [
      'a perceptron',
      [20],
      () => [dense({ units: 16, activation: 'relu' }), dense({ units: 4, activation: 'softmax' })],
      0,
    ],
    [
      'a perceptron with batch normalization and dropout',
      [20],
      () => [
        dense({ units: 16 }),
        batchNormalization(),
        dropout({ rate: 0.3 }),
        dense({ units: 4, activation: 'softmax' }),
      ],
      0,
    ],
    [
      'a convolutional network',
      [10, 10, 2],
      () => [
        conv2d({ filters: 6, kernelSize: 3, activation: 'relu' }),
        maxPooling2d(),
        flatten(),
        dense({ units: 4, activation: 'softmax' }),
      ],
      0,
    ],
    ['an LSTM', [7, 5], () => [lstm({ units: 8 }), dense({ units: 4, activation: 'softmax' })], 0],
    [
      'embeddings',
      [9],
      () => [
        embedding({ inputDim: 12, outputDim: 6 }),
        globalAveragePooling1d(),
        dense({ units: 4, activation: 'softmax' }),
      ],
      12,
    ],
  ] as const)('computes the same losses as the CPU: %s', async (_, shape, network, highest) => {
    const onCpu = await lossesOn('cpu', shape, () => [...network()], highest);
    const onGpu = await lossesOn('webgpu', shape, () => [...network()], highest);
    expect(onCpu.at(-1)).toBeLessThan(onCpu[0]);
    for (const [epoch, loss] of onCpu.entries()) expect(onGpu[epoch]).toBeCloseTo(loss, 3);
  });

  test('draws the same random bits as the CPU', async () => {
    const draws = [];
    for (const backend of ['cpu', 'webgpu']) {
      await setBackend(backend);
      draws.push(await random.bits(random.key(11), [64]).array());
    }
    expect(draws[1]).toEqual(draws[0]);
  });
});
