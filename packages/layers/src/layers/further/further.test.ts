import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { ones, tensor } from '@manabi/core';
import { maskOf } from '../../index.ts';
import {
  layerScale,
  locallyConnected1d,
  locallyConnected2d,
  melSpectrogram,
  randomHeight,
  randomWidth,
  reversibleEmbedding,
  stftSpectrogram,
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

test('stftSpectrogram returns the magnitudes of a wave at its frequency', async () => {
  const wave = Array.from({ length: 64 }, (_, time) => [Math.cos((2 * Math.PI * time) / 8)]);
  const layer = stftSpectrogram({ frameLength: 16, frameStep: 8, mode: 'magnitude', window: null, scaling: null });
  const frames = await layer.apply(tensor([wave])).array();
  const zeros = Array.from({ length: 9 }, (_, k) => expect.closeTo(k === 2 ? 8 : Math.sqrt(1e-7), 4));
  expect(frames).toEqual([Array.from({ length: 7 }, () => zeros)]);
});

test.each(['log', 'psd', 'real', 'imag', 'angle', 'stft'] as const)('stftSpectrogram has the mode %s', (mode) => {
  const layer = stftSpectrogram({ frameLength: 16, frameStep: 8, mode, dataFormat: 'channelsFirst', expandDims: true });
  expect(layer.apply(ones([1, 2, 64])).shape).toEqual([1, 2, 7, mode === 'stft' ? 18 : 9]);
});

test('melSpectrogram finds the band of a wave, and limits decibels', async () => {
  const wave = Array.from({ length: 256 }, (_, time) => Math.cos((2 * Math.PI * time) / 8));
  const options = { fftLength: 64, sequenceStride: 64, numMelBins: 8, samplingRate: 1000, topDb: 30 };
  const bands = await melSpectrogram(options)
    .apply(tensor([wave]))
    .data();
  const [last, columns] = [Math.max(...bands), 5];
  const highest = Array.from({ length: 8 }, (_, band) => bands[band * columns + 2]);
  // 125 Hz is 185 mel; bands have their centers every 64 mel, from 96 on.
  expect(highest.indexOf(Math.max(...highest))).toBe(1);
  expect(Math.min(...bands)).toBeCloseTo(last - 30, 3);
});
