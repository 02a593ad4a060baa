import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { zeros } from '@manabi/core';
import { input, layers, sequential } from '../index.ts';

const conv2d = (inputShape?: readonly number[]) =>
  layers.conv2d({ filters: 2, kernelSize: 3, ...(inputShape && { inputShape }) });

describe('the error of a layer whose input lacks an axis', () => {
  const calls: readonly (readonly [string, () => unknown, string])[] = [
    ['an image, in inputShape', () => sequential([conv2d([28, 28])]), ': [28, 28, 1].'],
    ['an image, in the shape of an input', () => conv2d().apply(input({ shape: [28, 28] })), ': [28, 28, 1].'],
    ['a sequence, in inputShape', () => sequential([layers.lstm({ units: 2, inputShape: [10] })]), ': [10, 1].'],
    ['a vector of features, in inputShape', () => sequential([layers.dense({ units: 2, inputShape: [] })]), ': [1].'],
    ['the shape passed to build', () => sequential([conv2d()]).build([28, 28, 1]), '[null, 28, 28, 1]'],
    [
      'the sequence between two recurrent layers',
      () => sequential([layers.lstm({ units: 4, inputShape: [10, 2], name: 'first' }), layers.gru({ units: 4 })]),
      "returnSequences: true to 'first'",
    ],
    [
      'the output of another layer',
      () => sequential([layers.reshape({ targetShape: [28, 28], inputShape: [784] }), conv2d()]),
      'layers.reshape({ targetShape: [28, 28, 1] }).',
    ],
    [
      'the output of another layer with unknown lengths',
      () => conv2d().apply(layers.dense({ units: 3 }).apply(input({ shape: [null, 4] }))),
      'reshape()',
    ],
  ];
  test.each(calls)('suggests how to add the axis to %s', (_, call, advice) => {
    expect(call).toThrow(
      expect.objectContaining({ code: 'shape', message: expect.not.stringContaining('expandDims') }),
    );
    expect(call).toThrow(advice);
  });

  test('suggests how to add a batch axis to a tensor', () => {
    expect(() => conv2d().apply(zeros([28, 28, 1]))).toThrow('expandDims(x, 0)');
  });
});
