import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ones, tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers, maskOf, withMask } from '../../index.ts';

beforeEach(clearSession);

const a = tensor([[1, 2]]);
const b = tensor([[3, 5]]);

describe('merging layers', () => {
  test('merge tensors and symbolic tensors, as layers and as functions', async () => {
    expect(await layers.add().apply([a, b]).array()).toEqual([[4, 7]]);
    expect(await layers.add([a, b]).array()).toEqual([[4, 7]]);
    const x = input({ shape: [null, 2] });
    expect(layers.add([x, x], { name: 'both' }).name).toBe('both');
    expect(layers.concatenate([x, x, x]).shape).toEqual([null, null, 6]);
  });

  test('compute differences, products, means, maxima and minima elementwise', async () => {
    expect(await layers.subtract([a, b]).array()).toEqual([[-2, -3]]);
    expect(await layers.multiply([a, b, b]).array()).toEqual([[9, 50]]);
    expect(await layers.average([a, b]).array()).toEqual([[2, 3.5]]);
    expect(await layers.maximum([a, b]).array()).toEqual([[3, 5]]);
    expect(await layers.minimum([a, b]).array()).toEqual([[1, 2]]);
  });

  test('insert axes of length 1 after the batch axis of inputs of lower rank', () => {
    expect(layers.add([ones([2, 3, 4]), ones([2, 4])]).shape).toEqual([2, 3, 4]);
  });

  test('combine masks by logical or, and return no mask if an input has none', async () => {
    const [x, y] = [withMask(ones([1, 2, 1]), tensor([[true, false]])), ones([1, 2, 1])];
    expect(maskOf(layers.add([x, y]))).toBeNull();
    const masked = withMask(y, tensor([[false, false]]));
    expect(await maskOf(layers.add([x, masked]))?.array()).toEqual([[true, false]]);
  });

  test('multiply treats masked elements as 1, and maximum ignores them', async () => {
    const [x, y] = [withMask(tensor([[[7], [7]]]), tensor([[true, false]])), tensor([[[2], [2]]])];
    expect(await layers.multiply([x, y]).array()).toEqual([[[14], [2]]]);
    expect(await layers.maximum([x, y]).array()).toEqual([[[7], [2]]]);
  });

  test('reject a single tensor, a wrong number of inputs and shapes that do not broadcast', () => {
    expect(() => layers.add().apply(a)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layers.subtract().apply([a, b, b])).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ expected: 2, given: 3 }) }),
    );
    expect(() => layers.add([input({ shape: [2] }), input({ shape: [3] })])).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });
});

describe('concatenate', () => {
  test('joins inputs along an axis, and rejects inputs whose other axes differ in length', async () => {
    expect(await layers.concatenate({ axis: 0 }).apply([a, b]).array()).toEqual([
      [1, 2],
      [3, 5],
    ]);
    expect(() => layers.concatenate([ones([1, 2]), ones([2, 2])])).toThrow(expect.objectContaining({ code: 'shape' }));
  });

  test('joins the masks of its inputs along the axis of steps', async () => {
    const [x, y] = [withMask(ones([1, 2, 1]), tensor([[true, false]])), ones([1, 1, 1])];
    expect(await maskOf(layers.concatenate([x, y], { axis: 1 }))?.array()).toEqual([[true, false, true]]);
  });
});

describe('dot', () => {
  test('returns the dot product of vectors as [batch, 1], and their cosine with normalize', async () => {
    expect(await layers.dot([a, b], { axes: 1 }).array()).toEqual([[13]]);
    const [cosine] = await layers.dot({ axes: -1, normalize: true }).apply([a, b]).data();
    expect(cosine).toBeCloseTo(13 / Math.sqrt(5 * 34), 6);
  });

  test('accepts one axis for both inputs, or one axis for each input', () => {
    const x = input({ shape: [null, 4] });
    const y = input({ shape: [7, 4] });
    expect(layers.dot([x, y], { axes: 2 }).shape).toEqual([null, null, 7]);
    expect(layers.dot([x, input({ shape: [4] })], { axes: [2, 1] }).shape).toEqual([null, null]);
  });

  test('rejects the batch axis and axes of different lengths, and is restored from its config', async () => {
    expect(() => layers.dot({ axes: 0 })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layers.dot([ones([1, 2]), ones([1, 3])], { axes: 1 })).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
    const layer = layers.dot({ axes: [1, 2], normalize: true });
    expect((await layerFrom('Dot', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });
});
