import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { concatenate, ones, random, slice, type Tensor, tensor, zeros } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers, maskOf, setRandomSeed } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const query = zeros([1, 1, 2]);
const value = tensor([
  [
    [1, 0],
    [3, 0],
  ],
]);
const steps = random.normal(random.key(2), [2, 4, 6]);

async function expectEqual(actual: Tensor, expected: Tensor) {
  assertArraysClose(await actual.data(), await expected.data(), { rtol: 1e-5, atol: 1e-6 });
}

describe('attention layers', () => {
  test.each([0, 2, 5, -1, -4])('rejects the attention axis %i of an input of rank 3', (axis) => {
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 2, attentionAxes: axis });
    expect(() => layer.apply([steps, steps])).toThrow(
      expect.objectContaining({ code: 'axis', data: expect.objectContaining({ axis, rank: 3 }) }),
    );
  });

  test('averages the values if all scores are equal', async () => {
    expect(await layers.attention().apply([query, value]).array()).toEqual([[[2, 0]]]);
  });

  test('does not scale scores by default, and takes its inputs in the order query, value, key', async () => {
    expect(layers.attention().getConfig()).toMatchObject({ useScale: false, scoreMode: 'dot', dropout: 0 });
    const one = tensor([[[1, 0]]]);
    const key = tensor([
      [
        [0, 0],
        [50, 0],
      ],
    ]);
    const y = await layers.attention().apply([one, value, key]).data();
    expect(y[0]).toBeCloseTo(3, 5);
  });

  test('ignores masked values, and returns zeros and the mask for masked queries', async () => {
    const mask = tensor([[false]]);
    const visible = layers.attention().apply([query, value], { mask: [null, tensor([[true, false]])] });
    expect(await visible.array()).toEqual([[[1, 0]]]);
    const hidden = layers.attention().apply([query, value], { mask: [mask, null] });
    expect(await hidden.array()).toEqual([[[0, 0]]]);
    expect(maskOf(hidden)).toBe(mask);
  });

  test('applies dropout to attention scores in training', async () => {
    const layer = layers.attention({ dropout: 0.5 });
    const [, scores] = layer.applyAll([ones([1, 1, 2]), zeros([1, 64, 2])], {
      training: true,
      key: random.key(1),
      returnAttentionScores: true,
    });
    expect(new Set(await scores.data()).size).toBe(2);
  });

  test('rejects a single input and a useCausalMask that is not boolean', async () => {
    expect(() => layers.attention().apply(value)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layers.attention().apply([value, value], { useCausalMask: 'yes' })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
    const layer = layers.additiveAttention({ useScale: false, dropout: 0.1 });
    expect((await layerFrom('AdditiveAttention', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });
});

describe('multiHeadAttention', () => {
  test('has kernels [features, heads, keyDim] and [heads, valueDim, output], in the order of Keras', () => {
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3, valueDim: 5 });
    const x = input({ shape: [null, 6] });
    expect(layer.apply([x, x]).shape).toEqual([null, null, 6]);
    expect(layer.weights.map(({ path, shape }) => [path, shape])).toEqual([
      ['query/kernel', [6, 2, 3]],
      ['query/bias', [2, 3]],
      ['key/kernel', [6, 2, 3]],
      ['key/bias', [2, 3]],
      ['value/kernel', [6, 2, 5]],
      ['value/bias', [2, 5]],
      ['attention_output/kernel', [2, 5, 6]],
      ['attention_output/bias', [6]],
    ]);
  });

  test('takes its inputs in the order query, value, key', () => {
    const layer = layers.multiHeadAttention({ numHeads: 1, keyDim: 2 });
    layer.apply([input({ shape: [3, 4] }), input({ shape: [5, 6] }), input({ shape: [5, 7] })]);
    expect(layer.keyDense?.weight('kernel').shape).toEqual([7, 1, 2]);
    expect(layer.valueDense?.weight('kernel').shape).toEqual([6, 1, 2]);
  });

  test('ignores later steps with a causal mask', async () => {
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
    const changed = concatenate([slice(steps, [0, 0, 0], [2, 3, 6]), ones([2, 1, 6])], 1);
    const first = (x: Tensor): Tensor => slice(layer.apply([x, x], { useCausalMask: true }), [0, 0, 0], [2, 3, 6]);
    await expectEqual(first(changed), first(steps));
  });

  test('ignores masked values and returns scores of 0 for them', async () => {
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
    const mask = tensor([
      [true, true, false, false],
      [true, true, false, false],
    ]);
    const short = slice(steps, [0, 0, 0], [2, 2, 6]);
    await expectEqual(layer.apply([steps, steps], { mask: [null, mask] }), layer.apply([steps, short]));
    const [, scores] = layer.applyAll([steps, steps], { mask: [null, mask], returnAttentionScores: true });
    expect(scores.shape).toEqual([2, 2, 4, 4]);
    expect(await slice(scores, [0, 0, 0, 2], [2, 2, 4, 2]).data()).toEqual(new Float32Array(32));
  });

  test('takes an attention mask as the fourth input, with or without an axis of heads', async () => {
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
    const maskOfShape = (shape: readonly number[], count: number): Tensor =>
      tensor(
        Uint8Array.from({ length: count }, (_, i) => (i % 4 < 2 ? 1 : 0)),
        { shape, dtype: 'bool' },
      );
    const short = layer.apply([steps, slice(steps, [0, 0, 0], [2, 2, 6])]);
    await expectEqual(layer.apply([steps, steps, steps, maskOfShape([2, 4, 4], 32)]), short);
    await expectEqual(layer.apply([steps, steps, steps, maskOfShape([2, 2, 4, 4], 64)]), short);
  });

  test('rejects useCausalMask for attention over several axes', () => {
    const x = ones([1, 2, 3, 4]);
    const layer = layers.multiHeadAttention({ numHeads: 1, keyDim: 2 });
    expect(layer.apply([x, x]).shape).toEqual([1, 2, 3, 4]);
    expect(() => layer.apply([x, x], { useCausalMask: true })).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('has no trainable weights with trainable: false, and is restored from its config', async () => {
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3, activityRegularizer: 'l2', trainable: false });
    layer.apply([steps, steps]);
    expect(layer.trainableWeights).toEqual([]);
    expect((await layerFrom('MultiHeadAttention', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });

  test('rejects a single input, keys and values of different lengths, and zero heads', () => {
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
    expect(() => layer.apply(steps)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layer.apply([steps, steps, ones([2, 3, 6])])).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => layers.multiHeadAttention({ numHeads: 0, keyDim: 3 })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});

describe('groupQueryAttention', () => {
  test('has fewer heads of keys and values than of queries', async () => {
    const layer = layers.groupQueryAttention({ headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2 });
    const x = input({ shape: [null, 6] });
    expect(layer.apply([x, x]).shape).toEqual([null, null, 6]);
    expect(
      layer.weights.map(({ path, shape }) => [path, shape]).filter(([path]) => String(path).endsWith('kernel')),
    ).toEqual([
      ['query/kernel', [6, 4, 3]],
      ['key/kernel', [6, 2, 3]],
      ['value/kernel', [6, 2, 3]],
      ['attention_output/kernel', [4, 3, 6]],
    ]);
    expect((await layerFrom('GroupQueryAttention', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });

  test('rejects a number of query heads that is not a multiple of the number of key heads', () => {
    expect(() => layers.groupQueryAttention({ headDim: 3, numQueryHeads: 4, numKeyValueHeads: 3 })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});
