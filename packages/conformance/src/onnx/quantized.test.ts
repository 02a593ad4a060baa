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

describe('the backend onnxruntime', () => {
  beforeAll(() => setBackend('onnxruntime'));
  afterAll(() => setBackend('cpu'));

  test('predicts what cpu predicts', async () => {
    const { model: small } = await quantize(images());
    const x = fromHost(randoms([7, 10, 10, 3], 1));
    const actual = await numbers(await small.predict(x));
    await small.to('cpu');
    await setBackend('cpu');
    const expected = await numbers(await small.predict(fromHost(randoms([7, 10, 10, 3], 1))));
    expect(Math.max(...actual.map((y, i) => Math.abs(y - expected[i])))).toBeLessThan(1e-5);
  });
});
