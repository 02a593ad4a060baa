import { describe, expect, test } from '@jest/globals';
import { type BindingLimits, type Divisible, divide } from './divide.ts';
import type { Range } from './range.ts';

const limits: BindingLimits = { largest: 1024, alignment: 256, mostBindings: 8 };

/** A shader with one large buffer, slot 3, of `bytes` bytes. */
const shaderOf = (groups: number, bytes: number, reach: (groups: Range) => Range): Divisible => ({
  name: 'kernel',
  groups,
  reachOf: (range) => new Map([[3, reach(range)]]),
  large: [3],
  others: 2,
  isAligned: () => true,
  describe: () => ({ text: 'a tensor', dtype: 'float32', elements: bytes / 4, bytes }),
});

/** Workgroups that access 256 bytes each. */
const inOrder = ({ low, high }: Range): Range => ({ low: 256 * low, high: 256 * (high + 1) });

describe('divide', () => {
  test('divides workgroups into parts that each access one window', () => {
    const { windows, parts } = divide(shaderOf(10, 2560, inOrder), limits);
    expect(windows).toEqual({ counts: new Map([[3, 1]]), bytes: 1024 });
    expect(parts.map(({ first, groups }) => [first, groups])).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
    for (const { first, groups, reach } of parts) {
      expect(reach.get(3)).toEqual(inOrder({ low: first, high: first + groups - 1 }));
    }
  });

  test('binds several windows for workgroups that access more than a binding holds', () => {
    const { windows, parts } = divide(
      shaderOf(10, 4000, () => ({ low: 0, high: 4000 })),
      limits,
    );
    expect(windows.counts).toEqual(new Map([[3, 4]]));
    expect(parts).toHaveLength(1);
  });

  test('leaves room for the start of slices, which are not aligned', () => {
    const { parts } = divide({ ...shaderOf(10, 2560, inOrder), isAligned: () => false }, limits);
    expect(parts.map(({ groups }) => groups)).toEqual([2, 2, 2, 2, 2]);
  });

  test('prefers more windows to many parts, as far as the device allows', () => {
    const { windows, parts } = divide(shaderOf(2000, 512_000, inOrder), limits);
    expect(windows.counts.get(3)).toBe(6);
    expect(parts.length).toBeLessThan(100);
    expect(parts.reduce((sum, { groups }) => sum + groups, 0)).toBe(2000);
  });

  test('rejects a buffer with more windows than the device binds, and names it', () => {
    const all = shaderOf(1, 8000, () => ({ low: 0, high: 8000 }));
    expect(() => divide(all, limits)).toThrow(
      expect.objectContaining({
        code: 'memory',
        message: expect.stringContaining('kernel accesses a tensor in no order'),
        data: { dtype: 'float32', elements: 2000, bytes: 8000, most: 1024, windows: 7, bindings: 9, mostBindings: 8 },
      }),
    );
  });
});
