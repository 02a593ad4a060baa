import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type DType, fromHost, hostArray, type Tensor } from '@manabi/core';
import { dtypes } from '@manabi/ir';
import { input, layers, type Model, model, quantize, sequential } from '@manabi/layers';
import { loadModel, saveModelBytes } from '../index.ts';

interface Stored {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Golden {
  readonly name: string;
  readonly x: Stored;
  readonly floats: Stored;
  readonly outputs: Stored;
}

const folder = new URL('goldens/', import.meta.url);
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const goldens = readFileSync(new URL('quantized.jsonl', folder), 'utf8')
  .trim()
  .split('\n')
  // The script of the goldens writes these fields.
  .map((line) => JSON.parse(line) as Golden);

function tensorOf({ dtype, shape, data }: Stored): Tensor {
  const elements = dtypes[dtype].create(data.length);
  elements.set(data);
  return fromHost(hostArray(dtype, shape, elements));
}

async function difference(network: Model, { x, outputs }: Pick<Golden, 'x' | 'outputs'>): Promise<number> {
  const actual = await (await network.predict(tensorOf(x))).data();
  expect(actual.length).toBe(outputs.data.length);
  return outputs.data.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0);
}

describe.each(goldens)('the model $name, quantized by Keras,', (golden) => {
  const isInt8 = golden.name !== 'weights-only';

  test('predicts the outputs of Keras, also after it was saved', async () => {
    const loaded = await loadModel(bytesOf(`${golden.name}-int8.keras`));
    expect(loaded.weights.some(({ dtype }) => dtype === 'uint8')).toBe(isInt8);
    expect(await difference(loaded, golden)).toBeLessThan(1e-6);
    const again = await loadModel(await saveModelBytes(loaded));
    expect(await again.getWeights()).toEqual(await loaded.getWeights());
    expect(await difference(again, golden)).toBeLessThan(1e-6);
  });

  test('has the integers and scales of the model that quantize() makes', async () => {
    if (!isInt8) return;
    const { model: own } = await quantize(await loadModel(bytesOf(`${golden.name}-float.keras`)), {
      filter: ({ className }) => /^(Dense|EinsumDense|Embedding)$/.test(className),
    });
    const loaded = await loadModel(bytesOf(`${golden.name}-int8.keras`));
    expect(own.weights.map(({ path }) => path)).toEqual(loaded.weights.map(({ path }) => path));
    expect(await own.getWeights()).toEqual(await loaded.getWeights());
  });

  test('can be trained after its weights were converted to floats', async () => {
    const floats = await loadModel(bytesOf(`${golden.name}-int8.keras`), { dequantize: true });
    expect(floats.weights.every(({ dtype }) => dtype === 'float32')).toBe(true);
    expect(await difference(floats, { x: golden.x, outputs: golden.floats })).toBeLessThan(0.2);
    floats.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(Object.keys(await floats.trainOnBatch(tensorOf(golden.x), tensorOf(golden.floats)))).toEqual(['loss']);
  });
});

test.each(['int8', 'float16'] as const)(
  'a CNN with kernels in %s is saved and loaded without changes',
  async (dtype) => {
    const golden = goldens.find(({ name }) => name === 'cnn');
    if (golden === undefined) throw new Error('The golden of the CNN is missing.');
    const original = await loadModel(bytesOf('cnn-float.keras'));
    const { model: small } = await quantize(original, { dtype });
    const outputs = await (await small.predict(tensorOf(golden.x))).data();
    const bytes = await saveModelBytes(small);
    const loaded = await loadModel(bytes);
    const expected = { ...golden.outputs, data: Array.from(outputs) };
    expect(await difference(loaded, { x: golden.x, outputs: expected })).toBe(0);
    if (dtype === 'float16') return;
    expect(await loaded.getWeights()).toEqual(await small.getWeights());
    const floats = await loadModel(bytes, { dequantize: true });
    expect(floats.weights.every(({ dtype: each }) => each === 'float32')).toBe(true);
  },
);

test('all layers whose int8 weights Keras cannot load keep them, also if no other layer is quantized', async () => {
  const x = input({ shape: [10, 10, 64] });
  const wide = layers.conv2d({ filters: 64, kernelSize: 1 }).apply(x);
  const separable = layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2 }).apply(wide);
  const transposed = layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }).apply(separable);
  const original = model({
    inputs: x,
    outputs: sequential([layers.depthwiseConv2d({ kernelSize: 2 })]).apply(transposed),
  });
  const { model: small } = await quantize(original);
  const loaded = await loadModel(await saveModelBytes(small));
  expect(loaded.weights.filter(({ dtype }) => dtype === 'uint8')).toHaveLength(5);
  expect(loaded.weights.map(({ path }) => path)).toEqual(small.weights.map(({ path }) => path));
  expect(await loaded.getWeights()).toEqual(await small.getWeights());
});

test('quantized models cannot be saved as .h5, which has no scales', async () => {
  const loaded = await loadModel(bytesOf('mlp-int8.keras'));
  await expect(saveModelBytes(loaded, { format: 'h5' })).rejects.toMatchObject({
    code: 'argument',
    data: { layer: 'hidden', format: 'h5' },
  });
});
