import { describe, expect, test } from '@jest/globals';
import type { Instruction, Kernel } from '@manabi/compiler';
import { addIndex, axisIndex, constantIndex, dataIndex, divideIndex, type IndexExpr, scaleIndex } from '@manabi/ir';
import { IndexRanges } from './index-ranges.ts';
import type { Range } from './range.ts';

/** Returns the range of an index for axis 0 in 10 … 20, in a kernel that defines int32 scalars. */
function rangeOf(index: IndexExpr, ...instructions: readonly Instruction[]): Range {
  const kernel: Kernel = {
    name: 'kernel',
    axes: [{ extent: 100, kind: 'parallel' }],
    scalars: instructions.map(() => 'int32'),
    accumulators: [],
    body: instructions.map((instruction, scalar) => ({ kind: 'define', scalar, instruction })),
  };
  return new IndexRanges(kernel, new Map([[0, { low: 10, high: 20 }]])).of(index);
}

const axis = axisIndex(0, 100);

describe('IndexRanges', () => {
  test('bounds sums of axes, also with negative factors', () => {
    expect(rangeOf(addIndex(constantIndex(99), scaleIndex(axis, -1)))).toEqual({ low: 79, high: 89 });
    expect(rangeOf(addIndex(scaleIndex(axis, 4), axisIndex(1, 3)))).toEqual({ low: 40, high: 82 });
  });

  test('bounds quotients, and remainders that may start again at 0', () => {
    const { quotient, remainder } = divideIndex(axis, 8);
    expect(rangeOf(quotient)).toEqual({ low: 1, high: 2 });
    expect(rangeOf(remainder)).toEqual({ low: 0, high: 7 });
    expect(rangeOf(divideIndex(axis, 32).remainder)).toEqual({ low: 10, high: 20 });
  });

  test('follows integers that a kernel computes and clamps', () => {
    const index = rangeOf(
      dataIndex(4, 6),
      { kind: 'index', index: axis },
      { kind: 'constant', value: 12 },
      { kind: 'scalar', op: 'sub', operands: [0, 1] },
      { kind: 'constant', value: 0 },
      { kind: 'scalar', op: 'max', operands: [2, 3] },
    );
    expect(index).toEqual({ low: 0, high: 5 });
    expect(
      rangeOf(
        dataIndex(2, 100),
        { kind: 'index', index: axis },
        { kind: 'constant', value: -5 },
        { kind: 'scalar', op: 'add', operands: [0, 1] },
      ),
    ).toEqual({ low: 5, high: 15 });
  });

  test('allows every index that is read from memory or may overflow', () => {
    expect(rangeOf(dataIndex(0, 50), { kind: 'load', slot: 0, index: axis })).toEqual({ low: 0, high: 49 });
    const overflowing: readonly Instruction[] = [
      { kind: 'index', index: axis },
      { kind: 'constant', value: 2 ** 31 - 15 },
      { kind: 'scalar', op: 'add', operands: [0, 1] },
    ];
    expect(rangeOf(dataIndex(2, 50), ...overflowing)).toEqual({ low: 0, high: 49 });
  });
});
