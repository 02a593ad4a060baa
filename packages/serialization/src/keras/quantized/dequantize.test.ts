import { expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { layers, type Variable } from '@manabi/layers';
import { dequantized, type StoredArray, withoutQuantization } from './dequantize.ts';

const policy = (className: string, mode: string) => ({
  module: 'keras.dtype_policies',
  class_name: className,
  config: { mode, source_name: 'float32' },
});

const dense = (dtype: object) => ({
  class_name: 'Dense',
  config: { name: 'scores', dtype, quantization_config: { class_name: 'Int8QuantizationConfig' } },
});

test('withoutQuantization replaces the policy of int8 by the one before quantization', () => {
  const config = { layers: [dense(policy('QuantizedDTypePolicy', 'int8'))] };
  expect(withoutQuantization('a.keras', JSON.parse(JSON.stringify(config)))).toMatchObject({
    layers: [
      { config: { dtype: { class_name: 'DTypePolicy', config: { name: 'float32' } }, quantization_config: null } },
    ],
  });
});

test.each([
  ['QuantizedDTypePolicy', 'int4'],
  ['GPTQDTypePolicy', 'gptq'],
])('withoutQuantization rejects %s with the layer and the mode', (className, mode) => {
  const config = JSON.parse(JSON.stringify({ layers: [dense(policy(className, mode))] }));
  expect(() => withoutQuantization('a.keras', config)).toThrow(
    expect.objectContaining({ code: 'unsupported', data: expect.objectContaining({ layer: 'scores', mode }) }),
  );
});

function variable(shape: readonly number[]): Variable {
  return layers.dense({ units: 1, inputShape: [1] }).addWeight({ name: 'kernel', shape });
}

function stored(shape: readonly number[], values: readonly number[], element: 'int8' | 'float32'): StoredArray {
  const data = Float32Array.from(values);
  return {
    shape,
    path: 'vars',
    read: async () => hostArray('float32', shape, data),
    type: { kind: 'number', size: element === 'int8' ? 1 : 4, element, isBig: false },
  };
}

test.each([
  ['a dense layer, by column', layers.dense({ units: 2 }), [2, 2], [2], [2, 1, 6, 2]],
  ['an embedding, by row', layers.embedding({ inputDim: 2, outputDim: 2 }), [2, 2], [2, 1], [2, 4, 3, 4]],
  [
    'an einsum, by the axes of its output',
    layers.einsumDense({ equation: 'ab,bc->ac', outputShape: [2] }),
    [2, 2],
    [1, 2],
    [2, 1, 6, 2],
  ],
] as const)('dequantized divides int8 weights of %s', async (_, layer, shape, scaleShape, expected) => {
  const weight = stored(shape, [4, 8, 12, 16], 'int8');
  const scale = stored(scaleShape, layer.className === 'Embedding' ? [2, 4] : [2, 8], 'float32');
  const [result, ...rest] = dequantized(layer, [weight, scale], [variable(shape)]);
  expect(rest).toEqual([]);
  expect([...(await result.read()).data]).toEqual(expected);
});

test('dequantized returns float weights, and those of other numbers of arrays, unchanged', () => {
  const arrays = [stored([2, 2], [1, 2, 3, 4], 'float32'), stored([2], [1, 2], 'float32')];
  const layer = layers.dense({ units: 2 });
  expect(dequantized(layer, arrays, [variable([2, 2])])).toBe(arrays);
  expect(dequantized(layer, arrays, [variable([2, 2]), variable([2])])).toBe(arrays);
});

// The low half of a byte is the first number: 0x2f is -1 and 2, 0x87 is 7 and -8.
const PACKED = [0x2f, 0x01, -121, 0x0e];

test.each([
  ['a scale for each column', 'dense', [2, 4, 1], null, null, [-0.5, 0.5, 1, 3.5, -2, -2]],
  ['groups of rows', 'dense', [2, 4, 1, 1, 2, 3], [1, 0, 0, 0, 1, 0], [0, 1], [-4, 8, 1, 7, -18, -6]],
  ['a scale for each row', 'embedding', [2, 4], null, null, [-0.5, 1, 0.5, 1.75, -2, -0.5]],
  ['groups of columns', 'embedding', [2, 4, 1, 3], [1, 0, 0, 2], [0, 0, 1], [-4, 2, 4, 7, -8, -12]],
] as const)('dequantized unpacks integers of 4 bits with %s', async (_, name, scales, zeros, groups, expected) => {
  const isDense = name === 'dense';
  const layer = isDense ? layers.dense({ units: 3 }) : layers.embedding({ inputDim: 2, outputDim: 3 });
  const scaleShape = groups === null ? [scales.length] : isDense ? [2, 3] : [2, 2];
  const further =
    groups === null ? [] : [stored(scaleShape, zeros, 'int8'), stored([groups.length], groups, 'float32')];
  const arrays = [stored([2, 2], PACKED, 'int8'), stored(scaleShape, scales, 'float32'), ...further];
  const [result, ...rest] = dequantized(layer, arrays, [variable([2, 3])]);
  expect(rest).toEqual([]);
  const array = await result.read();
  expect(array.shape).toEqual([2, 3]);
  expect([...array.data]).toEqual(expected);
});

test('dequantized leaves out the scales of float8', () => {
  const layer = layers.dense({ units: 2 });
  const arrays = Array.from({ length: 8 }, () => stored([2, 2], [1, 2, 3, 4], 'float32'));
  expect(dequantized(layer, arrays, [variable([2, 2]), variable([2])])).toEqual(arrays.slice(0, 2));
});
