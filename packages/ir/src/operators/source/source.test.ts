import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import { interpret } from '../../interpret.ts';
import { graphBuilder } from '../graph-builder.ts';
import { sourceLowering } from './source.lowering.ts';
import { source } from './source.ts';
import { threefry } from './threefry.ts';

describe('threefry', () => {
  // Test vectors from the Random123 library for threefry2x32 with 20 rounds.
  test.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)('maps key %p and counter %p to %p', (key, counter, words) => {
    expect(threefry(key, counter)).toEqual(words);
  });
});

describe('randomBits', () => {
  test('returns for element i the first word of Threefry at counter (i, 0), for every shape', () => {
    const bitsOf = (shape: readonly number[]) => {
      const b = graphBuilder();
      const key = b.input({ dtype: 'uint32', shape: [2] });
      const inputs = [{ dtype: 'uint32', shape: [2], data: Uint32Array.of(7, 11) }] as const;
      return [...interpret(b.finish([b.randomBits(key, shape)]), inputs)[0].data];
    };
    const expected = [0, 1, 2, 3, 4, 5].map((i) => threefry([7, 11], [i, 0])[0]);
    expect(bitsOf([6])).toEqual(expected);
    expect(bitsOf([2, 3])).toEqual(expected);
  });

  // Results that users have recorded depend on these bits, so they must never change.
  test('returns for key (0, 42) the same bits as in all previous versions', () => {
    expect([0, 1, 2].map((i) => threefry([0, 42], [i, 0])[0])).toMatchInlineSnapshot(`
      [
        1832780943,
        430176367,
        843694964,
      ]
    `);
  });

  test('requires a key of type uint32[2]', () => {
    const infer = source.randomBits.infer;
    expect(() => infer([{ dtype: 'int32', shape: [2] }], { shape: [3] })).toThrow(
      expect.objectContaining({ code: 'dtype', op: 'randomBits' }),
    );
    expect(() => infer([{ dtype: 'uint32', shape: [3] }], { shape: [3] })).toThrow(
      expect.objectContaining({
        code: 'shape',
        op: 'randomBits',
        data: expect.objectContaining({ operand: 'key' }),
      }),
    );
  });
});

describe('constant', () => {
  const infer = source.constant.infer;

  test('has the given dtype and shape', () => {
    expect(infer([], { dtype: 'int32', shape: [2, 3], value: 7 })).toEqual([{ dtype: 'int32', shape: [2, 3] }]);
  });

  test('rejects a number of values other than the number of elements', () => {
    expect(() => infer([], { dtype: 'int32', shape: [2, 3], value: [1, 2] })).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({ length: 2, shape: [2, 3] }),
      }),
    );
  });

  test.each([
    ['int32', 1.5],
    ['int32', 2147483648],
    ['uint32', -1],
    ['uint8', 256],
    ['bool', 2],
    ['int32', Number.NaN],
  ] as const)('rejects the %s value %p', (dtype, value) => {
    expect(() => infer([], { dtype, shape: [2], value })).toThrow(
      expect.objectContaining({
        code: 'value',
        op: 'constant',
        data: { dtype, value, index: 0 },
      }),
    );
  });

  test('rejects negative lengths and more elements than an int32 can index', () => {
    expect(() => infer([], { dtype: 'bool', shape: [2, -1], value: 0 })).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({ axis: 1, length: -1 }),
      }),
    );
    expect(() => infer([], { dtype: 'bool', shape: [65536, 65536], value: 0 })).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({ size: 2 ** 32 }),
      }),
    );
  });

  test('is stored in a buffer if its value is an array of several numbers, otherwise lowered to an expression', () => {
    const lowering = sourceLowering.constant;
    if (lowering.class !== 'pointwise') throw new Error('Expected the lowering of constant to be pointwise.');
    expect(lowering.stored?.({ dtype: 'int32', shape: [2], value: [1, 2] })).toEqual([1, 2]);
    expect(lowering.stored?.({ dtype: 'int32', shape: [2], value: 1 })).toBeNull();
    expect(lowering.stored?.({ dtype: 'int32', shape: [1], value: [1] })).toBeNull();
  });
});

describe('iota', () => {
  const infer = source.iota.infer;

  test('returns the index of each element along its axis', () => {
    const b = graphBuilder();
    const [result] = interpret(b.finish([b.iota('float32', [2, 3], 1)]), []);
    expect([...result.data]).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('rejects an unknown axis, dtype bool, and an axis whose indices exceed the range of the dtype', () => {
    expect(() => infer([], { dtype: 'int32', shape: [2], axis: 1 })).toThrow(
      expect.objectContaining({
        code: 'axis',
        data: expect.objectContaining({ axis: 1, rank: 1 }),
      }),
    );
    expect(() => infer([], { dtype: 'bool', shape: [2], axis: 0 })).toThrow(expect.objectContaining({ code: 'dtype' }));
    expect(() => infer([], { dtype: 'uint8', shape: [257], axis: 0 })).toThrow(
      expect.objectContaining({ code: 'value' }),
    );
  });
});

test('iota rejects operands', () => {
  const infer = () => source.iota.infer([{ dtype: 'int32', shape: [] }], { dtype: 'int32', shape: [2], axis: 0 });
  expect(infer).toThrow(ManabiError);
  expect(infer).toThrow(
    expect.objectContaining({ code: 'argument', op: 'iota', data: expect.objectContaining({ expected: 0 }) }),
  );
});
