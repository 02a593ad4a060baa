import { describe, expect, test } from '@jest/globals';
import { type GraphBuilder, graphBuilder, ManabiError, type Value } from '@manabi/ir';
import { batches, differences, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { exportOnnx } from './export-onnx.ts';

type Build = (b: GraphBuilder, values: Readonly<Record<string, Value>>, batchSize: number) => readonly Value[];

describe('a file from exportOnnx accepts any batch size', () => {
  const cases: readonly [name: string, shape: readonly number[], build: Build][] = [
    [
      'matrix product and bias',
      [4],
      (b, { x, w, v }, n) => [b.add(b.dot(x, w, [], [[1, 0]]), b.expand(v, [n, 3], [1]))],
    ],
    ['reshape that joins axes', [4, 5], (b, { x }, n) => [b.reshape(x, [n * 4, 5]), b.reshape(x, [n, 20])]],
    ['batch on a later axis', [4, 5], (b, { x }, n) => [b.reshape(b.transpose(x, [1, 0, 2]), [2, 2, n, 5])]],
    ['expand of a batch', [4], (b, { x }, n) => [b.expand(x, [3, n, 4], [1, 2])]],
    ['expand to the batch size', [4], (b, { v }, n) => [b.expand(v, [n, 3], [1]), b.constant(2, 'float32', [n, 2])]],
    ['concatenation of two batches', [4], (b, { x }) => [b.concat([x, x], 0)]],
    [
      'slice that depends on the batch size',
      [4],
      (b, { x }, n) => [b.slice(b.concat([x, x], 0), [n, 0], [2 * n, 4], [1, 1])],
    ],
    ['slice without the first sample', [4], (b, { x }, n) => [b.slice(x, [1, 0], [n, 4], [1, 2])]],
    ['reverse along the batch', [4], (b, { x }) => [b.reverse(x, [0])]],
    ['padding of the batch', [2], (b, { x }) => [b.pad(x, b.constant(1, 'float32'), [1, 0], [2, 1], [0, 1])]],
    ['interior padding of the batch', [2], (b, { x }) => [b.pad(x, b.constant(1, 'float32'), [0, 0], [0, 0], [2, 0])]],
    ['iota along the batch', [4], (b, _, n) => [b.iota('int32', [n, 2], 0)]],
    ['batch size as a value', [4], (b, _, n) => [b.constant(n, 'int32', [n])]],
    ['products between samples', [4], (b, { x }) => [b.dot(x, x, [], [[1, 1]])]],
    ['batched matrix product', [3, 4], (b, { x }) => [b.dot(x, x, [[0, 0]], [[2, 2]])]],
    ['outer product of all samples', [3], (b, { x }) => [b.dot(x, x, [], [])]],
    ['reductions over the batch', [4], (b, { x }) => [b.reduceSum(x, [0]), b.reduceMax(x, [0, 1])]],
    [
      'scan over the batch',
      [4],
      (b, { x }, n) => {
        const body = bodyOf([4], (inner, state, slice) => [inner.tanh(inner.add(state, slice)), state]);
        const initial = b.constant(0, 'float32', [4]);
        return b.scan([initial, x], { body, carries: 1, xs: 1, length: n, reverse: false });
      },
    ],
    [
      'scan whose state has a batch axis',
      [3, 4],
      (b, { x }, n) => {
        const body = bodyOf([n, 4], (inner, state, slice) => [inner.tanh(inner.add(state, slice)), slice]);
        const initial = b.constant(0, 'float32', [n, 4]);
        const attributes = { body, carries: 1, xs: 1, length: 3, reverse: true };
        return b.scan([initial, b.transpose(x, [1, 0, 2])], attributes);
      },
    ],
    ['windows over another axis', [2, 9], (b, { x }) => [b.windows(x, [3], [2], [1])]],
    [
      'convolution with a dilated input',
      [2, 5],
      (b, { x, f }) => {
        const attributes = { strides: [1], padding: [[2, 3] as const], lhsDilation: [2], rhsDilation: [1], groups: 1 };
        return [b.conv(x, f, attributes)];
      },
    ],
    [
      'max pooling and topK, with indices',
      [2, 8],
      (b, { x }) => {
        const window = { window: [2], strides: [2], padding: [[0, 0] as const], dilation: [1] };
        return [...b.maxPool(x, window), ...b.topK(x, 3, 2, true)];
      },
    ],
    [
      'means over the batch',
      [4],
      (b, { x }, n) => [1 / n, 0.3 / n, 1 / (4 * n - 1)].map((share) => b.mul(x, b.full(x, share))),
    ],
    ['random bits', [2], (b, _, n) => [b.randomBits(b.constant([1, 2], 'uint32', [2]), [n, 3])]],
  ];

  test.each(cases)('for a network with %s', async (_, shape, build) => {
    const parameters = { w: numbers(4, 3), v: numbers(3), f: numbers(3, 2, 3) };
    const inputs = batches(...shape);
    const family = familyOf({ parameters, inputs, build });
    expect(await differences(family)).toEqual([]);
    expect(await differences(family, [4], { batch: 4 })).toEqual([]);
  });

  test('and states the length `batch` in the shapes of its inputs and outputs', async () => {
    const family = familyOf({ inputs: batches(4), build: (b, { x }) => [b.concat([x, x], 0), b.neg(x)] });
    const { inputs, outputs } = inspectOnnx(await exportOnnx(family));
    expect(inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['batch', 4] }]);
    expect(outputs.map(({ shape }) => shape)).toEqual([
      ['2*batch', 4],
      ['batch', 4],
    ]);
    const fixed = inspectOnnx(await exportOnnx(family, { batch: 6 }));
    expect(fixed.inputs[0].shape).toEqual([6, 4]);
  });
});

describe('exportOnnx without a fixed batch size rejects a network that contains', () => {
  const rejections: readonly [name: string, build: Build, data: object][] = [
    [
      'the square root of the batch size',
      (b, { x }, n) => [b.mul(x, b.full(x, Math.sqrt(n)))],
      { op: 'constant', attribute: 'value' },
    ],
    ['the square of the batch size', (b, { v }, n) => [b.expand(v, [n * n, 3], [1])], { op: 'expand' }],
    ['different operators at different batch sizes', (b, { x }, n) => [n > 6 ? b.neg(x) : b.neg(b.abs(x))], {}],
    [
      'windows along the axis of the batch',
      (b, { x }) => [b.windows(b.transpose(x, [1, 0]), [2], [1], [1])],
      { operator: 'windows' },
    ],
  ];

  test.each(rejections)('%s', async (_, build, data) => {
    const family = familyOf({ parameters: { v: numbers(3) }, inputs: batches(4), build });
    const error: unknown = await exportOnnx(family).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ManabiError);
    expect(error).toMatchObject({ code: 'graph', data });
    expect(await exportOnnx(family, { batch: 2 })).toBeInstanceOf(Uint8Array);
  });

  test('an output that needs the batch size n, although no input axis has the length n', async () => {
    const family = familyOf({
      inputs: (n) => ({ x: { dtype: 'float32', shape: [2 * n] } }),
      build: (b, _, n) => [b.constant(1, 'float32', [n])],
    });
    await expect(exportOnnx(family)).rejects.toMatchObject({ code: 'graph' });
  });
});

test('exportOnnx keeps fixed axes of length 5, 7 and 12 fixed, although these are the batch sizes that it traces', async () => {
  const build: Build = (b, { x }, n) => [
    b.reshape(b.reshape(x, [n, 35]), [n, 5, 7]),
    b.reshape(b.transpose(x, [1, 0, 2]), [5 * n, 7]),
  ];
  expect(await differences(familyOf({ inputs: batches(5, 7), build }), [1, 5, 7, 12])).toEqual([]);
});

function bodyOf(shape: readonly number[], build: (b: GraphBuilder, state: Value, slice: Value) => readonly Value[]) {
  const inner = graphBuilder();
  const state = inner.input({ dtype: 'float32', shape });
  const slice = inner.input({ dtype: 'float32', shape });
  return inner.finish(build(inner, state, slice));
}
