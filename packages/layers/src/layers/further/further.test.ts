import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { ones, tensor } from '@manabi/core';
import { maskOf } from '../../index.ts';
import {
  layerScale,
  locallyConnected1d,
  locallyConnected2d,
  randomHeight,
  randomWidth,
  reversibleEmbedding,
} from './index.ts';

test('layerScale multiplies channels by trained factors', async () => {
  const layer = layerScale({ initValues: 0.5, projectionDim: 2 });
  layer.apply(ones([1, 2])); // creates the weights
  layer.setWeights([tensor([2, 3])]);
  expect(await layer.apply(tensor([[1, 10]])).array()).toEqual([[2, 30]]);
});

test('reversibleEmbedding computes logits with its vectors, and masks index 0', async () => {
  const layer = reversibleEmbedding({ inputDim: 3, outputDim: 2, maskZero: true, logitSoftCap: 4 });
  layer.apply(ones([1, 1])); // creates the weights
  const vectors = [
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  layer.setWeights([tensor(vectors)]);
  const embedded = layer.apply(tensor([[2, 0]]));
  expect(await embedded.array()).toEqual([[vectors[2], vectors[0]]]);
  expect(await maskOf(embedded)?.array()).toEqual([[true, false]]);
  const logits = layer.apply(tensor([[1, 2]]), { reverse: true });
  expect(maskOf(logits)).toBeNull();
  const capped = (x: number) => expect.closeTo(4 * Math.tanh(x / 4), 5);
  expect(await logits.array()).toEqual([[capped(1), capped(2), capped(3)]]);
});

test('reversibleEmbedding has weights of its own for logits if they are not tied', () => {
  const layer = reversibleEmbedding({ inputDim: 3, outputDim: 2, tieWeights: false });
  layer.apply(ones([1, 1])); // creates the weights
  expect(layer.weights.map(({ shape }) => shape)).toEqual([
    [3, 2],
    [2, 3],
  ]);
});

test('locallyConnected1d uses another kernel at each position', async () => {
  const layer = locallyConnected1d({ filters: 1, kernelSize: 2, strides: 2, useBias: false });
  layer.build([null, 5, 1]);
  layer.setWeights([
    tensor([
      [[1], [10]],
      [[100], [1000]],
    ]),
  ]);
  expect(await layer.apply(tensor([[[1], [2], [3], [4], [5]]])).array()).toEqual([[[21], [4300]]]);
});

test('locallyConnected2d centers windows in padding "same", and accepts channels first', () => {
  const options = { filters: 2, kernelSize: [3, 2], padding: 'same' } as const;
  expect(locallyConnected2d(options).apply(ones([1, 4, 5, 3])).shape).toEqual([1, 4, 5, 2]);
  const first = locallyConnected2d({ ...options, dataFormat: 'channelsFirst' });
  expect(first.apply(ones([1, 3, 4, 5])).shape).toEqual([1, 2, 4, 5]);
});

test('locally connected layers reject a sequence of unknown length', () => {
  const layer = locallyConnected1d({ filters: 1, kernelSize: 2 });
  expect(() => layer.build([null, null, 1])).toThrow(expect.objectContaining({ code: 'shape' }));
});

test.each([randomHeight, randomWidth])(
  '%p returns images unchanged at inference, and cannot be trained',
  async (make) => {
    const images = ones([1, 2, 3, 1]);
    const layer = make({ factor: [-0.1, 0.2] });
    expect(await layer.apply(images).array()).toEqual(await images.array());
    expect(() => layer.apply(images, { training: true })).toThrow(expect.objectContaining({ code: 'argument' }));
  },
);
