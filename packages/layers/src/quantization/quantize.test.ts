import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { fromHost, type HostArray, hostArray, type Tensor, tensor } from '@manabi/core';
import { randomSource } from '@manabi/testing';
import type { CallContext } from '../call/context.ts';
import { cloneModel, input, layers, Model, model, quantize, sequential } from '../index.ts';
import { quantizeArray } from './quantize-array.ts';

function randoms(shape: readonly number[], seed = 7): HostArray {
  const random = randomSource(seed);
  const length = shape.reduce((product, n) => product * n, 1);
  return hostArray(
    'float32',
    shape,
    Float32Array.from({ length }, () => random.uniform(-1, 1)),
  );
}

/** Gives all weights of a model random values, also biases. */
function withRandomWeights<M extends Model>(network: M): M {
  network.setWeights(network.weights.map(({ shape }, i) => randoms(shape, i)));
  return network;
}

const numbersOf = async (y: Tensor): Promise<number[]> => Array.from(await y.data());

function cnn() {
  const nested = sequential([
    layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2, inputShape: [9, 9, 4], name: 'separable' }),
    layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2, name: 'transposed' }),
  ]);
  return withRandomWeights(
    sequential([
      layers.conv2d({ filters: 4, kernelSize: 3, groups: 2, inputShape: [11, 11, 2], name: 'conv' }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', name: 'depthwise' }),
      nested,
      layers.batchNormalization(),
      layers.flatten(),
    ]),
  );
}

describe('quantizeArray', () => {
  test('rounds halves to even, and the largest magnitude of a channel to 127', () => {
    const { integers, scale } = quantizeArray(
      hostArray('float32', [3, 2], Float32Array.of(127, 0, 2.5, 0, -3.5, 0)),
      [0],
    );
    expect(scale.shape).toEqual([1, 2]);
    expect(Array.from(scale.data)).toEqual([1, Math.fround(127 / Math.fround(1e-7))]);
    expect(Array.from(integers.data)).toEqual([255, 128, 130, 128, 124, 128]);
  });

  test('keeps the shape of empty arrays', () => {
    const { integers, scale } = quantizeArray(hostArray('float32', [0, 3], new Float32Array(0)), [0]);
    expect([integers.shape, scale.shape]).toEqual([
      [0, 3],
      [1, 3],
    ]);
  });
});

describe('quantize to int8', () => {
  test('multiplies integers in dense layers, with inputs quantized by rows', async () => {
    const original = withRandomWeights(sequential([layers.dense({ units: 5, inputShape: [3, 7], name: 'dense' })]));
    const { model: small } = await quantize(original);
    const x = randoms([4, 3, 7], 99);
    x.data.fill(0, 0, 7);
    const [kernel, bias] = await original.getWeights();
    const expected = Array.from({ length: 12 }, (_, row) => {
      const values = x.data.subarray(7 * row, 7 * row + 7);
      const f = Math.fround;
      const rowScale = f(127 / f(Math.max(...Array.from(values, Math.abs)) + f(1e-7)));
      return Array.from({ length: 5 }, (_, unit) => {
        const column = Array.from({ length: 7 }, (_, k) => kernel.data[5 * k + unit]);
        const scale = f(127 / f(Math.max(...column.map(Math.abs)) + f(1e-7)));
        const sum = column.reduce((s, w, k) => s + Math.round(f(w * scale)) * Math.round(f(values[k] * rowScale)), 0);
        return f(f(sum / f(scale * rowScale)) + bias.data[unit]);
      });
    }).flat();
    expect(await numbersOf(await small.predict(fromHost(x)))).toEqual(expected);
  });

  test.each(['int8', 'float16'] as const)('computes convolutions with kernels from %s', async (dtype) => {
    const original = cnn();
    const { model: small, report } = await quantize(original, { dtype });
    const names = ['conv', 'depthwise', 'separable', 'transposed'];
    expect(report.layers.map(({ name }) => name)).toEqual(names);
    // The same computation in float32, with kernels that were quantized and converted back.
    const rounded = cloneModel(original);
    if (!(rounded instanceof Model)) throw new Error('A clone of a model is a model.');
    const weights = await original.getWeights();
    const half = async (value: HostArray) =>
      (await fromHost(hostArray('float16', value.shape, value.data)).data()).slice();
    const axes: Readonly<Record<string, readonly number[]>> = {
      'conv/kernel': [0, 1, 2],
      'depthwise/kernel': [0, 1],
      'separable/depthwise_kernel': [0, 1],
      'separable/pointwise_kernel': [0, 1, 2],
      'transposed/kernel': [0, 1, 3],
    };
    rounded.setWeights(
      await Promise.all(
        weights.map(async (value, i) => {
          const shared = axes[original.weights[i].path];
          if (shared === undefined) return value;
          if (dtype === 'float16') return hostArray('float32', value.shape, Float32Array.from(await half(value)));
          const { integers, scale } = quantizeArray(value, shared);
          const elements = fromHost(scale);
          const scales = await numbersOf(elements);
          const at = (index: number): number => {
            let [rest, place, step] = [index, 0, 1];
            for (let axis = value.shape.length - 1; axis >= 0; axis--) {
              const position = rest % value.shape[axis];
              rest = Math.floor(rest / value.shape[axis]);
              if (shared.includes(axis)) continue;
              place += position * step;
              step *= value.shape[axis];
            }
            return place;
          };
          const floats = Float32Array.from(integers.data, (q, index) => (q - 128) / scales[at(index)]);
          return hostArray('float32', value.shape, floats);
        }),
      ),
    );
    const x = fromHost(randoms([3, 11, 11, 2]));
    expect(await numbersOf(await small.predict(x))).toEqual(await numbersOf(await rounded.predict(x)));
    for (const { weightError } of report.layers) expect(weightError).toBeLessThan(dtype === 'int8' ? 0.01 : 0.001);
  });

  test('computes Einstein summations like float32 ones, within the rounding', async () => {
    const equations = [
      ['...x,xy->...y', [6]],
      ['abc,cde->abde', [null, 2, 3]],
      ['abc,cde->adbe', [2, null, 3]],
      ['abc,cb->ab', [5]],
      ['abc,bcd->abd', [5, 3]],
      ['abc,bd->adc', [4, null]],
      ['ab...,bc->ac...', [4]],
    ] as const;
    for (const [equation, outputShape] of equations) {
      const layer = layers.einsumDense({ equation, outputShape, inputShape: [5, 8] });
      const original = withRandomWeights(sequential([layer]));
      const { model: small, report } = await quantize(original, { data: randoms([3, 5, 8]) });
      expect(report.outputs?.[0].relativeError).toBeLessThan(0.02);
      expect((await small.predict(randoms([3, 5, 8]))).shape).toEqual(
        (await original.predict(randoms([3, 5, 8]))).shape,
      );
    }
  });

  test('quantizes embeddings by rows, and layers within attention, wrappers, and custom models', async () => {
    class Tokens extends Model {
      embed = layers.embedding({ inputDim: 9, outputDim: 6, name: 'embed' });
      heads = layers.multiHeadAttention({ numHeads: 2, keyDim: 3, name: 'heads' });
      each = layers.timeDistributed({ layer: layers.dense({ units: 4, name: 'inner' }), name: 'each' });
      override call(x: Tensor, context: CallContext): Tensor {
        const y = this.embed.apply(x, context);
        return this.each.apply(this.heads.apply([y, y], context), context);
      }
    }
    const original = new Tokens();
    original.build([null, 5]);
    const x = tensor([[0, 8, 3, 3, 1]], { dtype: 'int32' });
    const { model: small, report } = await quantize(withRandomWeights(original), { data: x });
    expect(report.layers).toHaveLength(6);
    expect(report.outputs?.[0].relativeError).toBeLessThan(0.05);
    expect(report.layers.map(({ outputError }) => outputError !== null)).toContain(true);
    expect((await small.predict(x)).shape).toEqual([1, 5, 4]);
  });

  test('counts a shared layer once, and leaves the original unchanged', async () => {
    const shared = layers.dense({ units: 4, name: 'shared' });
    const x = input({ shape: [4] });
    const original = withRandomWeights(model({ inputs: x, outputs: shared.apply(shared.apply(x)) }));
    const before = await original.getWeights();
    const { model: small, report } = await quantize(original);
    expect(report.layers).toHaveLength(1);
    expect(report.bytes).toEqual({ before: 80, after: 16 + 16 + 16 });
    expect(await original.getWeights()).toEqual(before);
    expect(small.weights.map(({ path, dtype }) => [path, dtype])).toEqual([
      ['shared/kernel', 'uint8'],
      ['shared/bias', 'float32'],
      ['shared/kernel_scale', 'float32'],
    ]);
  });

  test('reports losses and metrics before and after, and outputs of any batch size are equal', async () => {
    const original = withRandomWeights(
      sequential([layers.dense({ units: 3, activation: 'softmax', inputShape: [6] })]),
    );
    original.compile({ loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const data = randoms([40, 6]);
    const labels = tensor(Array.from({ length: 40 }, (_, i) => i % 3));
    const { model: small, report } = await quantize(original, { data, labels });
    expect(Object.keys(report.logs?.after ?? {})).toEqual(['loss', 'accuracy']);
    expect(report.logs?.before).toEqual(await original.evaluate(data, labels, { verbose: 0 }));
    const whole = await numbersOf(await small.predict(data));
    const single = await numbersOf(await small.predict(hostArray('float32', [1, 6], data.data.slice(6, 12))));
    expect(single).toEqual(whole.slice(3, 6));
  });

  test('gives NaN for rows with NaN, and for no other rows', async () => {
    const { model: small } = await quantize(
      withRandomWeights(sequential([layers.dense({ units: 2, inputShape: [3] })])),
    );
    const y = await small.predict(
      tensor([
        [1, NaN, 2],
        [1, 2, 3],
      ]),
    );
    expect((await numbersOf(y)).map(Number.isNaN)).toEqual([true, true, false, false]);
  });
});

describe('quantize rejects', () => {
  const dense = () => layers.dense({ units: 1, name: 'scores', inputShape: [2] });

  test('training of the quantized model, but evaluates it', async () => {
    const original = sequential([dense()]);
    original.compile({ optimizer: 'sgd', loss: 'mse' });
    const { model: small } = await quantize(original);
    const [x, y] = [tensor([[1, 2]]), tensor([[1]])];
    expect(Object.keys(await small.evaluate(x, y, { verbose: 0 }))).toEqual(['loss']);
    const refused = { code: 'argument', data: { layer: 'scores', quantized: 'int8' } };
    await expect(small.fit(x, y, { verbose: 0 })).rejects.toMatchObject(refused);
    await expect(small.trainOnBatch(x, y)).rejects.toMatchObject(refused);
    await expect(small.gradients(x, y)).rejects.toMatchObject(refused);
    await original.fit(x, y, { verbose: 0 });
  });

  test('models that are quantized, not built, in another dtype, or without layers to quantize', async () => {
    const { model: small } = await quantize(sequential([dense()]));
    await expect(quantize(small)).rejects.toMatchObject({ code: 'argument', data: { layer: 'scores' } });
    await expect(quantize(sequential([layers.dense({ units: 1 })]))).rejects.toMatchObject({ data: { built: false } });
    await expect(quantize(sequential([layers.flatten({ inputShape: [2] })]))).rejects.toMatchObject({
      code: 'argument',
    });
    const half = sequential([layers.dense({ units: 1, inputShape: [2], dtype: 'mixedFloat16' })]);
    await expect(quantize(half)).rejects.toMatchObject({ code: 'dtype', data: { policy: 'mixedFloat16' } });
    await expect(quantize(sequential([dense()]), { filter: () => false })).rejects.toMatchObject({ code: 'argument' });
  });

  test('weights that are not finite, unknown dtypes, and labels without data', async () => {
    const broken = sequential([dense()]);
    broken.setWeights([
      hostArray('float32', [2, 1], Float32Array.of(1, NaN)),
      hostArray('float32', [1], Float32Array.of(0)),
    ]);
    await expect(quantize(broken)).rejects.toMatchObject({
      code: 'value',
      data: { layer: 'scores', weight: 'kernel' },
    });
    const options: object = { dtype: 'int4' };
    await expect(quantize(sequential([dense()]), options)).rejects.toMatchObject({ code: 'argument' });
    await expect(quantize(sequential([dense()]), { labels: [1] })).rejects.toMatchObject({ data: { name: 'labels' } });
  });
});
