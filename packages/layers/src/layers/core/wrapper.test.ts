import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { add, mul, ones, random, type Tensor, tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, type Layer, layers, maskOf, register, withMask } from '../../index.ts';

beforeEach(clearSession);

describe('lambda', () => {
  test('applies a function of one tensor or a list of tensors, and passes the option arguments to it', async () => {
    const doubled = layers.lambda({ function: (x) => mul(x, 2) });
    expect(await doubled.apply(tensor([1])).array()).toEqual([2]);
    expect(doubled.apply(input({ shape: [null, 3] })).shape).toEqual([null, null, 3]);
    const sum = layers.lambda({ function: ([x, y]: readonly Tensor[]) => add(x, y) });
    expect(await sum.apply([tensor([1]), tensor([2])]).array()).toEqual([3]);
    const times = layers.lambda({ function: (x, _context, { n }) => mul(x, Number(n)), arguments: { n: 5 } });
    expect(await times.apply(tensor([1])).array()).toEqual([5]);
  });

  test('passes the training flag to the function', async () => {
    const layer = layers.lambda({ function: (x, { training }) => (training ? mul(x, 0) : x) });
    expect(await layer.apply(tensor([1]), { training: true }).array()).toEqual([0]);
  });

  test('drops the mask unless a mask function is given', () => {
    const mask = tensor([[true, false]]);
    const x = withMask(ones([1, 2]), mask);
    expect(maskOf(layers.lambda({ function: (t) => mul(t, 1) }).apply(x))).toBeNull();
    const masked = layers.lambda({ function: (t) => mul(t, 1), mask: (_inputs, masks) => masks[0] });
    expect(maskOf(masked.apply(x))).toBe(mask);
  });

  test('saves a registered function under its name', async () => {
    register('activation', 'tripled', (x) => mul(x, 3));
    const config = layers.lambda({ function: 'tripled' }).getConfig();
    expect(config).toMatchObject({ function: 'tripled' });
    expect(await (await layerFrom('Lambda', config)).apply(tensor([2])).array()).toEqual([6]);
  });
});

describe('identity', () => {
  test('returns its inputs', () => {
    const x = ones([1, 2]);
    expect(layers.identity().apply(x)).toBe(x);
    expect(layers.identity().applyAll([x, x])).toEqual([x, x]);
  });
});

describe('wrapper', () => {
  test('builds and freezes the wrapped layer, and saves it in its config', async () => {
    const dense = layers.dense({ units: 2 });
    const layer = layers.wrapper({ layer: dense });
    expect(layer.apply(input({ shape: [3] })).shape).toEqual([null, 2]);
    expect(layer.sublayers).toEqual([dense]);
    expect(layer.weights.map(({ path }) => path)).toEqual(['dense/kernel', 'dense/bias']);
    layer.trainable = false;
    expect(dense.trainable).toBe(false);
    expect((await layerFrom('Wrapper', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });

  test('wrappers reject a value that is not a layer', () => {
    const wrong: { readonly layer: Layer } = JSON.parse('{ "layer": "dense" }');
    for (const make of [layers.wrapper, layers.timeDistributed, layers.spectralNormalization]) {
      expect(() => make(wrong)).toThrow(expect.objectContaining({ code: 'argument', data: expect.anything() }));
    }
  });
});

describe('timeDistributed', () => {
  test('applies the layer at each step, even if the number of steps is unknown', async () => {
    const layer = layers.timeDistributed({ layer: layers.dense({ units: 2 }) });
    expect(layer.apply(input({ shape: [null, 4] })).shape).toEqual([null, null, 2]);
    expect(layer.weights.map(({ shape }) => shape)).toEqual([[4, 2], [2]]);
    expect((await layerFrom('TimeDistributed', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
    expect(() => layer.apply(input({ shape: [4] }))).toThrow(expect.objectContaining({ code: 'shape' }));
  });

  test('passes a mask of the elements of steps to the wrapped layer, and a mask of whole steps to the next layer', async () => {
    const rankOfMask = layers.lambda({ function: (x, { mask }) => mul(x, mask === null ? 0 : mask.rank) });
    const x = ones([1, 2, 1]);
    const whole = tensor([[true, false]]);
    const layer = layers.timeDistributed({ layer: rankOfMask });
    expect(await layer.apply(x, { mask: whole }).array()).toEqual([[[0], [0]]]);
    expect(maskOf(layer.apply(x, { mask: whole }))).toBe(whole);
    expect(await layer.apply(x, { mask: tensor([[[true], [false]]]) }).array()).toEqual([[[2], [2]]]);
  });

  test('a wrapped dropout layer draws a new mask for each step', async () => {
    const layer = layers.timeDistributed({ layer: layers.dropout({ rate: 0.5 }) });
    const y = await layer.apply(ones([1, 40, 1]), { training: true, key: random.key(1) }).data();
    expect(new Set(y).size).toBe(2);
  });
});
