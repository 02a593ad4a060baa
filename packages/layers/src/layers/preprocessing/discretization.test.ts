import '@manabi/backend-cpu/register';
import { beforeEach, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers, model } from '../../index.ts';

beforeEach(clearSession);

const samples = (count: number, factor: number) =>
  tensor(Float32Array.from({ length: count }, (_, i) => ((i * factor) % 101) / 10));

// Boundaries that Keras 3.15.1 finds for the same samples.
test.each([
  [50, 4, 0.01, 1, [2.25, 4.9, 7.5]],
  [1000, 10, 0.01, 1, [0.9999994, 1.999998, 2.999998, 3.999998, 4.999998, 5.999999, 6.999999, 8, 9]],
  [1000, 7, 0.05, 3, [1.428572, 2.857143, 4.285715, 5.714287, 7.142858, 8.571429]],
  [3, 8, 0.01, 1, [0, 3.7]],
  [500, 1, 0.01, 2, []],
])(
  'adapt finds boundaries for %d samples and %d intervals as Keras does',
  async (count, numBins, epsilon, batches, expected) => {
    const layer = layers.discretization({ numBins, epsilon });
    await layer.adapt(Array.from({ length: batches }, (_, i) => samples(count, 37 + i)));
    assertArraysClose(layer.binBoundaries ?? [], expected, { rtol: 1e-5, atol: 1e-5 });
    const loaded = await layerFrom('Discretization', layer.getConfig());
    const x = tensor([-1, 2, 100]);
    expect(await loaded.apply(x).data()).toEqual(await layer.apply(x).data());
  },
);

test('adapting again changes the predictions of a compiled model', async () => {
  const layer = layers.discretization({ numBins: 2 });
  await layer.adapt(tensor([0, 1, 2, 3]));
  const x = input({ shape: [1] });
  const whole = model({ inputs: x, outputs: layer.apply(x) });
  expect(await (await whole.predict([[1.5]])).data()).toEqual(Int32Array.of(1));
  await layer.adapt(tensor([10, 11, 12, 13]));
  expect(await (await whole.predict([[1.5]])).data()).toEqual(Int32Array.of(0));
});

test('numbers that are not numbers belong to the last interval, as in NumPy', async () => {
  const y = layers.discretization({ binBoundaries: [0, 1] }).apply(tensor([Number.NaN, -Infinity, Infinity]));
  expect(await y.data()).toEqual(Int32Array.of(2, 0, 2));
});

test.each([
  ['no boundaries and no number of intervals', () => layers.discretization({})],
  ['descending boundaries', () => layers.discretization({ binBoundaries: [1, 0] })],
  ['a call before adapt', () => layers.discretization({ numBins: 3 }).apply(tensor([1]))],
])('rejects %s', (_title, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'argument' }));
});

test('adapt rejects empty data, and layers without numBins', async () => {
  const error = expect.objectContaining({ code: 'argument' });
  await expect(layers.discretization({ numBins: 3 }).adapt([])).rejects.toEqual(error);
  await expect(layers.discretization({ binBoundaries: [0] }).adapt(tensor([1]))).rejects.toEqual(error);
});
