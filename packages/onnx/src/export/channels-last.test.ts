import { describe, expect, test } from '@jest/globals';
import { applyComposite, type GraphBuilder, type Value } from '@manabi/ir';
import { batches, differences, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { decode } from '../proto/decode.ts';
import { exportOnnx } from './export-onnx.ts';

const CHANNELS_FIRST = [0, 3, 1, 2];
const CHANNELS_LAST = [0, 2, 3, 1];
const ONES = [1, 1];
const pads = (amount: number) => ONES.map(() => [amount, amount] as const);

/**
 * Builds a convolution as layers do: with channels on the last axis, filters of shape [height, width, in, out], and a
 * bias.
 */
function convolve(b: GraphBuilder, x: Value, w: Value, bias: Value): Value {
  const filters = b.transpose(w, [3, 2, 0, 1]);
  const attributes = { strides: ONES, padding: pads(1), lhsDilation: ONES, rhsDilation: ONES, groups: 1 };
  const y = b.transpose(b.conv(b.transpose(x, CHANNELS_FIRST), filters, attributes), CHANNELS_LAST);
  return b.add(y, b.expand(bias, b.shape(y), [3]));
}

function pool(b: GraphBuilder, x: Value): Value {
  const window = { window: [2, 2], strides: [2, 2], padding: pads(0), dilation: ONES };
  return b.transpose(b.maxPool(b.transpose(x, CHANNELS_FIRST), window)[0], CHANNELS_LAST);
}

const parameters = { w: numbers(3, 3, 2, 4), bias: numbers(4), v: numbers(3, 3, 4, 4) };

describe('exportOnnx of a channels-last network', () => {
  const network = familyOf({
    parameters,
    inputs: batches(6, 6, 2),
    build: (b, { x, w, bias, v }, n) => {
      const first = applyComposite(b, 'relu', [convolve(b, x, w, bias)], {})[0];
      const padded = b.pad(pool(b, first), b.constant(0, 'float32'), [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]);
      const second = b.tanh(convolve(b, padded, v, bias));
      const both = b.concat([second, b.mul(padded, b.full(padded, 2))], 3);
      return [b.reshape(pool(b, both), [n, 2 * 2 * 8])];
    },
  });

  test('writes only two transposes: at the start of the network and before its flatten layer', async () => {
    const { graph } = decode('ModelProto', await exportOnnx(network));
    const operators = graph?.node?.map(({ opType }) => opType) ?? [];
    expect(operators.filter((opType) => opType === 'Transpose')).toHaveLength(2);
    expect(operators[0]).toBe('Transpose');
    expect(operators.slice(-2)).toEqual(['Transpose', 'Reshape']);
    expect(await differences(network)).toEqual([]);
  });

  test('merges biases into convolutions, and stores transposed filters under the original names', async () => {
    const { graph } = decode('ModelProto', await exportOnnx(network));
    const convolutions = graph?.node?.filter(({ opType }) => opType === 'Conv') ?? [];
    expect(convolutions.map(({ input }) => input?.slice(1))).toEqual([
      ['w', 'bias'],
      ['v', 'bias'],
    ]);
    const { operators, parameters: stored } = inspectOnnx(await exportOnnx(network));
    expect(operators.Add).toBeUndefined();
    expect(stored.find(({ name }) => name === 'w')?.shape).toEqual([4, 2, 3, 3]);
  });
});

test('exportOnnx removes a transpose before a mean over the image by moving it behind the mean', async () => {
  const pooled = familyOf({
    parameters,
    inputs: batches(6, 6, 2),
    build: (b, { x, w, bias }) => applyComposite(b, 'reduceMean', [convolve(b, x, w, bias)], { axes: [1, 2] }),
  });
  expect(inspectOnnx(await exportOnnx(pooled)).operators).toEqual({ Transpose: 1, Conv: 1, ReduceMean: 1 });
  expect(await differences(pooled)).toEqual([]);
  const transposed = familyOf({
    parameters,
    inputs: batches(6, 6, 2),
    build: (b, { x, w, bias }) => applyComposite(b, 'reduceL1', [convolve(b, x, w, bias)], { axes: [2] }),
  });
  expect(await differences(transposed)).toEqual([]);
});

test('exportOnnx merges a matrix product and a bias into Gemm, unless other nodes read the product', async () => {
  const dense = familyOf({
    parameters: { w: numbers(4, 3), bias: numbers(3) },
    inputs: batches(4),
    build: (b, { x, w, bias }, n) => {
      const product = b.dot(x, w, [], [[1, 0]]);
      return [b.add(b.expand(bias, [n, 3], [1]), product)];
    },
  });
  expect(inspectOnnx(await exportOnnx(dense)).operators).toEqual({ Gemm: 1 });
  expect(await differences(dense)).toEqual([]);
  const read = familyOf({
    parameters: { w: numbers(4, 3), bias: numbers(3) },
    inputs: batches(4),
    build: (b, { x, w, bias }, n) => {
      const product = b.dot(x, w, [], [[1, 0]]);
      return [b.add(product, b.expand(bias, [n, 3], [1])), product];
    },
  });
  expect(inspectOnnx(await exportOnnx(read)).operators).toMatchObject({ MatMul: 1, Add: 1 });
  expect(await differences(read)).toEqual([]);
});

test('exportOnnx stores a parameter twice if it is used in two layouts', async () => {
  const twice = familyOf({
    parameters: { w: numbers(3, 3) },
    inputs: batches(3),
    build: (b, { x, w }) => [b.dot(b.dot(x, w, [], [[1, 0]]), w, [], [[1, 1]])],
  });
  expect(await differences(twice)).toEqual([]);
  const names = inspectOnnx(await exportOnnx(twice)).parameters.map(({ name }) => name);
  expect(names[0]).toBe('w');
  expect(new Set(names).size).toBe(2);
});

test('exportOnnx writes a transposed convolution as ConvTranspose, with unmodified filters', async () => {
  const attributes = { strides: ONES, padding: pads(2), lhsDilation: [2, 2], rhsDilation: ONES, groups: 1 };
  const upwards = familyOf({
    parameters: { w: numbers(4, 2, 3, 3) },
    inputs: batches(2, 5, 5),
    build: (b, { x, w }) => [b.conv(x, w, attributes)],
  });
  expect(inspectOnnx(await exportOnnx(upwards)).operators).toEqual({ ConvTranspose: 1 });
  expect(await differences(upwards)).toEqual([]);
});
