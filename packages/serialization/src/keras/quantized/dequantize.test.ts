import { expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { layers } from '@manabi/layers';
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
  ['Int4DTypePolicy', 'int4/128'],
  ['QuantizedFloat8DTypePolicy', 'float8'],
  ['GPTQDTypePolicy', 'gptq'],
])('withoutQuantization rejects %s with the layer and the mode', (className, mode) => {
  const config = JSON.parse(JSON.stringify({ layers: [dense(policy(className, mode))] }));
  expect(() => withoutQuantization('a.keras', config)).toThrow(
    expect.objectContaining({ code: 'unsupported', data: expect.objectContaining({ layer: 'scores', mode }) }),
  );
});

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
  const [result, ...rest] = dequantized(layer, [weight, scale], 1);
  expect(rest).toEqual([]);
  expect([...(await result.read()).data]).toEqual(expected);
});

test('dequantized returns float weights, and those of other numbers of arrays, unchanged', () => {
  const arrays = [stored([2, 2], [1, 2, 3, 4], 'float32'), stored([2], [1, 2], 'float32')];
  const layer = layers.dense({ units: 2 });
  expect(dequantized(layer, arrays, 1)).toBe(arrays);
  expect(dequantized(layer, arrays, 2)).toBe(arrays);
});
