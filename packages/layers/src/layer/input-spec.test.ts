import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { zeros } from '@manabi/core';
import { input, layers, sequential } from '../index.ts';

const conv2d = (inputShape?: readonly number[]) =>
  layers.conv2d({ filters: 2, kernelSize: 3, ...(inputShape && { inputShape }) });

describe('an input without an axis', () => {
  const calls: readonly (readonly [string, () => unknown, string])[] = [
    [
      'of an image, in inputShape',
      () => sequential([conv2d([28, 28])]),
      'Add it (for images, the channels): [28, 28, 1].',
    ],
    [
      'of an image, in the shape of an input',
      () => conv2d().apply(input({ shape: [28, 28] })),
      "inputShape, the input's shape without the batch, is [28, 28] and lacks an axis.",
    ],
    [
      'of a sequence, in inputShape',
      () => sequential([layers.lstm({ units: 2, inputShape: [10] })]),
      'is [10] and lacks an axis. Add it (such as that of channels or features): [10, 1].',
    ],
    [
      'of a table, in inputShape',
      () => sequential([layers.dense({ units: 2, inputShape: [] })]),
      'is [] and lacks an axis. Add it (such as that of channels or features): [1].',
    ],
    [
      'in the shape that build is given',
      () => sequential([conv2d()]).build([28, 28, 1]),
      'Add the missing axis: that of the batch, [null, 28, 28, 1], or the last one.',
    ],
    [
      'that another layer makes',
      () => sequential([layers.reshape({ targetShape: [28, 28], inputShape: [784] }), conv2d()]),
      'Add the missing axis before it: layers.reshape({ targetShape: [28, 28, 1] }).',
    ],
    [
      'that another layer makes with lengths that are not known',
      () => conv2d().apply(layers.dense({ units: 3 }).apply(input({ shape: [null, 4] }))),
      'Add a reshape() layer before it.',
    ],
  ];
  test.each(calls)('%s', (_, call, advice) => {
    expect(call).toThrow(
      expect.objectContaining({ code: 'shape', message: expect.not.stringContaining('expandDims') }),
    );
    expect(call).toThrow(advice);
  });

  test('of a tensor is taken to be that of the batch', () => {
    expect(() => conv2d().apply(zeros([28, 28, 1]))).toThrow('add the axis of the batch: expandDims(x, 0).');
  });
});
