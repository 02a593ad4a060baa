import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { add, matmul, mul, stack, tensor } from '@manabi/core';
import { input, layers } from '../index.ts';

const x = input({ shape: [2], name: 'pixels' });

const isAdvice = expect.objectContaining({ code: 'argument', message: expect.stringMatching(/layers\.lambda\(/) });

const computations: readonly (readonly [string, () => unknown])[] = [
  // @ts-expect-error plain JavaScript
  ['add(x, 1)', () => add(x, 1)],
  // @ts-expect-error plain JavaScript
  ['mul(tensor, x)', () => mul(tensor([1, 2]), x)],
  // @ts-expect-error plain JavaScript
  ['matmul(x, x)', () => matmul(x, x)],
  // @ts-expect-error plain JavaScript
  ['stack([x])', () => stack([x])],
  // @ts-expect-error plain JavaScript
  ['x.add(1)', () => x.add(1)],
  // @ts-expect-error plain JavaScript
  ['x.array()', () => x.array()],
  // @ts-expect-error plain JavaScript
  ['x + 1', () => x + 1],
  // @ts-expect-error plain JavaScript
  ['x > 0', () => x > 0],
];

test.each(computations)('%s with a symbolic tensor throws an error that suggests layers.lambda', (_, compute) => {
  expect(compute).toThrow(isAdvice);
});

test('the text of a symbolic tensor contains its dtype, shape and layer', () => {
  expect(String(x)).toBe("SymbolicTensor float32[null, 2] of 'pixels'");
  expect(JSON.stringify({ x })).toBe(`{"x":"SymbolicTensor float32[null, 2] of 'pixels'"}`);
});

test('layer.trainable rejects values that are not booleans', () => {
  const layer = layers.dense({ units: 1 });
  // @ts-expect-error plain JavaScript
  expect(() => (layer.trainable = 'no')).toThrow(
    expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'trainable', given: 'no' }) }),
  );
  expect(layer.trainable).toBe(true);
});
