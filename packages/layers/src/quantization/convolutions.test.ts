import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { fromHost, type HostArray, hostArray, type Tensor } from '@manabi/core';
import { randomSource } from '@manabi/testing';
import { layers, type Model, quantize, sequential } from '../index.ts';
import { quantizeArray } from './quantize-array.ts';

const f = Math.fround;

function randoms(shape: readonly number[], seed: number, low = -1): HostArray {
  const random = randomSource(seed);
  const length = shape.reduce((product, n) => product * n, 1);
  return hostArray(
    'float32',
    shape,
    Float32Array.from({ length }, () => random.uniform(low, 1)),
  );
}

function withRandomWeights<M extends Model>(network: M): M {
  network.setWeights(network.weights.map(({ shape }, i) => randoms(shape, i)));
  return network;
}

const numbersOf = async (y: Tensor): Promise<number[]> => Array.from(await y.data());

interface Case {
  readonly size: readonly [number, number];
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'valid' | 'same';
  /** Length of both spatial axes. */
  readonly length: number;
  readonly channels: number;
  /** Smallest element of the images. */
  readonly low: number;
}

/** Computes a convolution of images [batch, length, length, channels], term by term, with 64 filters. */
function convolved(c: Case, x: HostArray, kernel: HostArray, bias: HostArray): number[] {
  const { size, stride, dilation, length, channels } = c;
  const isPointwise = size[0] * size[1] === 1;
  const quantizedX = quantizeArray(x, isPointwise ? [3] : [1, 2, 3]);
  const quantizedKernel = quantizeArray(kernel, [0, 1, 2]);
  const spans = size.map((n) => (n - 1) * dilation + 1);
  const lengths = spans.map((span) =>
    c.padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - span) / stride) + 1,
  );
  const before = spans.map((span, axis) =>
    c.padding === 'same' ? Math.floor(Math.max(0, (lengths[axis] - 1) * stride + span - length) / 2) : 0,
  );
  const y: number[] = [];
  for (let n = 0; n < x.shape[0]; n++) {
    for (let i = 0; i < lengths[0]; i++) {
      for (let j = 0; j < lengths[1]; j++) {
        for (let filter = 0; filter < 64; filter++) {
          let sum = 0;
          for (let k = 0; k < size[0]; k++) {
            for (let l = 0; l < size[1]; l++) {
              const row = i * stride + k * dilation - before[0];
              const column = j * stride + l * dilation - before[1];
              if (row < 0 || column < 0 || row >= length || column >= length) continue;
              for (let channel = 0; channel < channels; channel++) {
                const at = ((n * length + row) * length + column) * channels + channel;
                const weight = ((k * size[1] + l) * channels + channel) * 64 + filter;
                sum += (quantizedX.integers.data[at] - 128) * (quantizedKernel.integers.data[weight] - 128);
              }
            }
          }
          const pixel = (n * length + i * stride) * length + j * stride;
          const scale = f(quantizedKernel.scale.data[filter] * quantizedX.scale.data[isPointwise ? pixel : n]);
          y.push(f(f(f(sum) / scale) + bias.data[filter]));
        }
      }
    }
  }
  return y;
}

const cases: readonly Case[] = [
  { size: [1, 1], stride: 1, dilation: 1, padding: 'valid', length: 4, channels: 33, low: -1 },
  { size: [1, 1], stride: 1, dilation: 1, padding: 'same', length: 5, channels: 40, low: 0 },
  { size: [1, 1], stride: 2, dilation: 1, padding: 'same', length: 5, channels: 32, low: -1 },
  { size: [1, 1], stride: 3, dilation: 1, padding: 'valid', length: 8, channels: 32, low: 0 },
  { size: [7, 7], stride: 2, dilation: 1, padding: 'same', length: 11, channels: 3, low: -1 },
  { size: [3, 3], stride: 2, dilation: 1, padding: 'valid', length: 8, channels: 5, low: 0 },
  { size: [3, 3], stride: 1, dilation: 2, padding: 'same', length: 7, channels: 6, low: -1 },
  { size: [1, 5], stride: 1, dilation: 1, padding: 'same', length: 6, channels: 9, low: 0 },
];

describe('a quantized convolution', () => {
  test.each(cases)(
    'multiplies integers with size $size, stride $stride, dilation $dilation, padding $padding',
    async (c) => {
      const { size, stride: strides, dilation: dilationRate, padding, length, channels } = c;
      const layer = layers.conv2d({
        ...{ filters: 64, kernelSize: size, strides, dilationRate, padding, name: 'conv' },
        inputShape: [length, length, channels],
      });
      const original = withRandomWeights(sequential([layer]));
      const x = randoms([2, length, length, channels], 99, c.low);
      // The second image is larger, so a scale of its own shows.
      for (let i = x.data.length / 2; i < x.data.length; i++) x.data[i] *= 7;
      const { model: small, report } = await quantize(original, { data: x });
      const [kernel, bias] = await original.getWeights();
      const y = await numbersOf(await small.predict(fromHost(x)));
      expect(y).toEqual(convolved(c, x, kernel, bias));
      expect(report.layers[0].outputError).toBeGreaterThan(0);
      expect(report.layers[0].outputError).toBeLessThan(0.02);
      const single = hostArray('float32', [1, ...x.shape.slice(1)], x.data.slice(x.data.length / 2));
      expect(await numbersOf(await small.predict(fromHost(single)))).toEqual(y.slice(y.length / 2));
    },
  );

  test('computes the same for channels on axis 1', async () => {
    for (const kernelSize of [1, 5]) {
      const options = { filters: 64, kernelSize, strides: 2, padding: 'same', name: 'conv' } as const;
      const last = withRandomWeights(sequential([layers.conv2d({ ...options, inputShape: [6, 7, 32] })]));
      const first = sequential([layers.conv2d({ ...options, dataFormat: 'channelsFirst', inputShape: [32, 6, 7] })]);
      first.setWeights(await last.getWeights());
      const moved = sequential([
        layers.permute({ dims: [3, 1, 2], inputShape: [6, 7, 32] }),
        (await quantize(first)).model,
        layers.permute({ dims: [2, 3, 1] }),
      ]);
      const x = fromHost(randoms([2, 6, 7, 32], 5));
      const expected = await numbersOf(await (await quantize(last)).model.predict(x));
      expect(await numbersOf(await moved.predict(x))).toEqual(expected);
    }
  });

  test('of one and three spatial axes stays close to float32', async () => {
    const networks = [
      sequential([
        layers.conv1d({ filters: 64, kernelSize: 4, padding: 'causal', dilationRate: 2, inputShape: [9, 16] }),
      ]),
      sequential([layers.conv1d({ filters: 64, kernelSize: 1, strides: 2, inputShape: [9, 32] })]),
      sequential([layers.conv3d({ filters: 64, kernelSize: 2, padding: 'same', inputShape: [3, 4, 5, 8] })]),
      sequential([layers.conv3d({ filters: 64, kernelSize: 1, inputShape: [3, 2, 2, 32] })]),
    ];
    for (const network of networks.map(withRandomWeights)) {
      const shape = network.inputTypes !== null && 'shape' in network.inputTypes ? network.inputTypes.shape : [];
      const data = randoms([2, ...shape.slice(1).map(Number)], 3);
      const { report } = await quantize(network, { data });
      expect(report.outputs?.[0].relativeError).toBeGreaterThan(0);
      expect(report.outputs?.[0].relativeError).toBeLessThan(0.02);
    }
  });

  test('gives NaN for images with NaN, and for no others', async () => {
    const original = sequential([layers.conv2d({ filters: 64, kernelSize: 2, strides: 2, inputShape: [4, 4, 8] })]);
    const { model: small } = await quantize(withRandomWeights(original));
    const x = randoms([2, 4, 4, 8], 1);
    x.data[5] = NaN;
    const y = await numbersOf(await small.predict(fromHost(x)));
    const half = y.length / 2;
    expect(new Set(y.slice(0, half).map(Number.isNaN))).toEqual(new Set([true]));
    expect(new Set(y.slice(half).map(Number.isNaN))).toEqual(new Set([false]));
  });

  test('keeps products in float32 where they are faster', async () => {
    const options = { padding: 'same', useBias: false } as const;
    const original = withRandomWeights(
      sequential([
        layers.conv2d({ ...options, filters: 32, kernelSize: 1, inputShape: [6, 6, 64], name: 'few-filters' }),
        layers.conv2d({ ...options, filters: 64, kernelSize: 3, name: 'winograd' }),
        layers.conv2d({ ...options, filters: 128, kernelSize: 3, groups: 2, name: 'groups' }),
      ]),
    );
    const { model: small, report } = await quantize(original, { data: randoms([1, 6, 6, 64], 2) });
    expect(report.layers.map(({ outputError }) => outputError)).toHaveLength(3);
    // With kernels that were quantized and converted back, float32 computes the same.
    const floats = sequential(original.layers.map((layer) => layer));
    const weights = await original.getWeights();
    floats.setWeights(
      weights.map((value) => {
        const { integers, scale } = quantizeArray(value, [0, 1, 2]);
        const filters = scale.data.length;
        const data = Float32Array.from(integers.data, (q, i) => (q - 128) / scale.data[i % filters]);
        return hostArray('float32', value.shape, data);
      }),
    );
    const x = fromHost(randoms([1, 6, 6, 64], 2));
    expect(await numbersOf(await small.predict(x))).toEqual(await numbersOf(await floats.predict(x)));
  });
});
