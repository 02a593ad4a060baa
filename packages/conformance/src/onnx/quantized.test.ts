import '@manabi/backend-cpu/register';
import '@manabi/backend-onnxruntime/register';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromHost, type HostArray, hostArray, setBackend, type Tensor } from '@manabi/core';
import { input, layers, type Model, model, quantize, sequential } from '@manabi/layers';
import { compare, exportOnnx, inspectOnnx } from '@manabi/onnx';
import { randomSource } from '@manabi/testing';

function randoms(shape: readonly number[], seed: number): HostArray {
  const random = randomSource(seed);
  const length = shape.reduce((product, n) => product * n, 1);
  return hostArray(
    'float32',
    shape,
    Float32Array.from({ length }, () => random.uniform(-1, 1)),
  );
}

function images(): Model {
  return sequential([
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [10, 10, 3] }),
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dense({ units: 5, activation: 'softmax' }),
  ]);
}

function sequences(): Model {
  const x = input({ shape: [6, 64] });
  const heads = layers.multiHeadAttention({ numHeads: 4, keyDim: 32 }).apply([x, x]);
  const wide = layers.dense({ units: 256, activation: 'gelu' }).apply(heads);
  return model({ inputs: x, outputs: layers.einsumDense({ equation: 'abc,cb->ab', outputShape: 6 }).apply(wide) });
}

/** Convolutions that multiply integers: pointwise ones, and windows with all kinds of padding. */
function convolutions(): Model {
  const x = input({ shape: [12, 12, 3] });
  const stem = layers.conv2d({ filters: 64, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu' }).apply(x);
  const wide = layers.conv2d({ filters: 96, kernelSize: 1, strides: 2 }).apply(stem);
  const spread = layers.conv2d({ filters: 64, kernelSize: 2, dilationRate: 2, padding: 'valid' }).apply(stem);
  const line = layers.reshape({ targetShape: [9, 96] }).apply(wide);
  const causal = layers.conv1d({ filters: 64, kernelSize: 3, padding: 'causal' }).apply(line);
  const means = layers.globalAveragePooling2d().apply(spread);
  return model({ inputs: x, outputs: layers.concatenate().apply([layers.flatten().apply(causal), means]) });
}

const numbers = async (y: Tensor): Promise<readonly number[]> => Array.from(await y.data());

describe.each([
  ['images', images],
  ['sequences', sequences],
] as const)('a quantized model of %s', (_, make) => {
  test.each(['int8', 'float16'] as const)(
    'with %s weights exports to a small file that agrees in ONNX Runtime',
    async (dtype) => {
      const original = make();
      original.setWeights(original.weights.map((weight, i) => randoms(weight.shape, i)));
      const { model: small } = await quantize(original, { dtype });
      const [whole, bytes] = [await exportOnnx(original), await exportOnnx(small)];
      expect(bytes.length / whole.length).toBeLessThan(dtype === 'int8' ? 0.45 : 0.6);
      const { agrees } = await compare(small, bytes);
      expect(agrees).toBe(true);
      const { operators } = await inspectOnnx(bytes);
      expect(Object.keys(operators).includes('MatMulInteger')).toBe(dtype === 'int8');
    },
  );
});

test('quantized convolutions export as products of integers that agree in ONNX Runtime', async () => {
  const original = convolutions();
  original.setWeights(original.weights.map((weight, i) => randoms(weight.shape, i)));
  const { model: small } = await quantize(original);
  const [whole, bytes] = [await exportOnnx(original), await exportOnnx(small)];
  expect(bytes.length / whole.length).toBeLessThan(0.4);
  const { operators } = await inspectOnnx(bytes);
  expect([operators.ConvInteger, operators.MatMulInteger, operators.Conv]).toEqual([3, 1, undefined]);
  const { agrees } = await compare(small, bytes);
  expect(agrees).toBe(true);
});

test('a quantized fully convolutional model exports with open lengths', async () => {
  const original = sequential([
    layers.conv2d({ filters: 64, kernelSize: 5, strides: 2, inputShape: [null, null, 3] }),
    layers.conv2d({ filters: 64, kernelSize: 1, activation: 'relu' }),
  ]);
  original.setWeights(original.weights.map((weight, i) => randoms(weight.shape, i)));
  const { model: small } = await quantize(original);
  const bytes = await exportOnnx(small);
  const { operators } = await inspectOnnx(bytes);
  expect([operators.ConvInteger, operators.MatMulInteger]).toEqual([1, 1]);
  expect((await compare(small, bytes)).agrees).toBe(true);
});

describe('the backend onnxruntime', () => {
  beforeAll(() => setBackend('onnxruntime'));
  afterAll(() => setBackend('cpu'));

  test.each([
    ['images', images, [7, 10, 10, 3]],
    ['convolutions', convolutions, [3, 12, 12, 3]],
  ] as const)('predicts what cpu predicts for %s', async (_, make, shape) => {
    await setBackend('onnxruntime');
    const { model: small } = await quantize(make());
    const actual = await numbers(await small.predict(fromHost(randoms(shape, 1))));
    await small.to('cpu');
    await setBackend('cpu');
    const expected = await numbers(await small.predict(fromHost(randoms(shape, 1))));
    expect(Math.max(...actual.map((y, i) => Math.abs(y - expected[i])))).toBeLessThan(1e-5);
  });
});
