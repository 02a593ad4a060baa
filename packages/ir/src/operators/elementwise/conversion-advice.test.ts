import { describe, expect, test } from '@jest/globals';
import type { DType } from '../../types/dtype.ts';
import { operators } from '../index.ts';

const of = (dtype: DType) => ({ dtype, shape: [3] });

describe('dtype errors recommend astype()', () => {
  test.each([
    ['add', () => operators.add.infer([of('bool'), of('bool')], {}), "astype(x, 'float32')"],
    ['add', () => operators.add.infer([of('float32'), of('int32')], {}), "astype(y, 'float32')"],
    ['reduceSum', () => operators.reduceSum.infer([of('bool')], { axes: [0] }), "astype(x, 'int32')"],
    [
      'cumSum',
      () => operators.cumSum.infer([of('bool')], { axis: 0, reverse: false, exclusive: false }),
      "astype(x, 'int32')",
    ],
    ['bitcast', () => operators.bitcast.infer([of('float32')], { dtype: 'uint8' }), "astype(x, 'uint8')"],
    ['gather', () => operators.gather.infer([of('float32'), of('float32')], { axis: 0 }), "astype(indices, 'int32')"],
    [
      'dynamicSlice',
      () => operators.dynamicSlice.infer([of('float32'), { dtype: 'float32', shape: [1] }], { sizes: [1] }),
      "astype(starts, 'int32')",
    ],
  ] as const)('in %s, case %#', (op, infer, advice) => {
    expect(infer).toThrow(expect.objectContaining({ code: 'dtype', op, message: expect.stringContaining(advice) }));
  });
});
