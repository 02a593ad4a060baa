import { describe, expect, test } from '@jest/globals';
import type { DType } from '../../types/dtype.ts';
import type { TensorType } from '../../types/shape.ts';
import { fillReference } from '../reference-array.ts';
import { elementwiseReference } from './elementwise.reference.ts';
import { elementwise } from './elementwise.ts';

const f32 = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });
const of = (dtype: DType, ...shape: number[]): TensorType => ({ dtype, shape });

describe('type inference of elementwise operators', () => {
  test('returns the type of the operands', () => {
    expect(elementwise.add.infer([f32(2, 3), f32(2, 3)], {})).toEqual([f32(2, 3)]);
    expect(elementwise.exp.infer([f32()], {})).toEqual([f32()]);
  });

  test('returns bool for comparisons, isNaN and isInf', () => {
    expect(elementwise.less.infer([f32(2), f32(2)], {})).toEqual([of('bool', 2)]);
    expect(elementwise.isNaN.infer([f32(2)], {})).toEqual([of('bool', 2)]);
  });

  test('returns the dtype of x for shifts, and requires a uint32 amount', () => {
    expect(elementwise.shiftLeft.infer([of('int32', 2), of('uint32', 2)], {})).toEqual([of('int32', 2)]);
    expect(() => elementwise.shiftLeft.infer([of('int32', 2), of('int32', 2)], {})).toThrow(
      expect.objectContaining({ code: 'dtype', data: expect.objectContaining({ operand: 'y' }) }),
    );
  });

  test('rejects unequal shapes instead of broadcasting', () => {
    expect(() => elementwise.add.infer([f32(2, 3), f32(3)], {})).toThrow(
      expect.objectContaining({
        code: 'shape',
        op: 'add',
        data: { operands: [f32(2, 3), f32(3)], names: ['x', 'y'], shapes: [[2, 3], [3]] },
      }),
    );
  });

  test('rejects unequal dtypes instead of converting', () => {
    expect(() => elementwise.mul.infer([f32(2), of('int32', 2)], {})).toThrow(
      expect.objectContaining({
        code: 'dtype',
        op: 'mul',
        data: expect.objectContaining({ dtypes: ['float32', 'int32'] }),
      }),
    );
  });

  test.each([
    ['exp', 'int32'],
    ['neg', 'bool'],
    ['not', 'float32'],
    ['isNaN', 'int32'],
  ] as const)('%s, an operator of one operand, rejects %s', (op, dtype) => {
    expect(() => elementwise[op].infer([of(dtype, 2)], {})).toThrow(
      expect.objectContaining({ code: 'dtype', op, data: expect.objectContaining({ operand: 'x', dtype }) }),
    );
  });

  test.each([
    ['add', 'bool'],
    ['pow', 'int32'],
    ['max', 'bool'],
    ['and', 'float32'],
    ['less', 'bool'],
    ['shiftRight', 'bool'],
  ] as const)('%s, an operator of two operands, rejects %s', (op, dtype) => {
    const y = op === 'shiftRight' ? 'uint32' : dtype;
    expect(() => elementwise[op].infer([of(dtype, 2), of(y, 2)], {})).toThrow(
      expect.objectContaining({ code: 'dtype', op, data: expect.objectContaining({ operand: 'x', dtype }) }),
    );
  });

  test('select rejects a condition that is not bool or has another shape than the operands', () => {
    expect(elementwise.select.infer([of('bool', 2), f32(2), f32(2)], {})).toEqual([f32(2)]);
    expect(() => elementwise.select.infer([f32(2), f32(2), f32(2)], {})).toThrow(
      expect.objectContaining({ code: 'dtype', data: expect.objectContaining({ operand: 'condition' }) }),
    );
    expect(() => elementwise.select.infer([of('bool'), f32(2), f32(2)], {})).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
    expect(() => elementwise.select.infer([of('bool', 2), f32(2), of('int32', 2)], {})).toThrow(
      expect.objectContaining({ code: 'dtype' }),
    );
  });

  test('bitcast rejects bool and dtypes of different widths', () => {
    expect(elementwise.bitcast.infer([f32(2)], { dtype: 'uint32' })).toEqual([of('uint32', 2)]);
    expect(() => elementwise.bitcast.infer([f32(2)], { dtype: 'uint8' })).toThrow(
      expect.objectContaining({ code: 'dtype', data: expect.objectContaining({ dtype: 'uint8' }) }),
    );
    expect(() => elementwise.bitcast.infer([of('uint8', 2)], { dtype: 'bool' })).toThrow(
      expect.objectContaining({ code: 'dtype' }),
    );
  });

  test('add rejects a missing operand', () => {
    expect(() => elementwise.add.infer([f32(2)], {})).toThrow(
      expect.objectContaining({ code: 'argument', op: 'add', data: expect.objectContaining({ expected: 2 }) }),
    );
  });
});

const array = (dtype: DType, values: readonly number[]) =>
  fillReference({ dtype, shape: [values.length] }, (i) => values[i]);

type Unary = 'round' | 'neg' | 'abs' | 'sign' | 'not' | 'sigmoid' | 'erf' | 'isInf';
const unary = (op: Unary, dtype: DType, values: readonly number[]) => {
  const x = array(dtype, values);
  return [...elementwiseReference[op]([x], {}, elementwise[op].infer([x], {}), () => [])[0].data];
};

type Binary = 'add' | 'mul' | 'div' | 'rem' | 'pow' | 'max' | 'equal' | 'shiftLeft' | 'shiftRight';
const binary = (op: Binary, dtype: DType, xs: readonly number[], ys: readonly number[], amount: DType = dtype) => {
  const [x, y] = [array(dtype, xs), array(amount, ys)];
  return [...elementwiseReference[op]([x, y], {}, elementwise[op].infer([x, y], {}), () => [])[0].data];
};

const cast = (from: DType, to: DType, values: readonly number[]) => {
  const x = array(from, values);
  return [...elementwiseReference.cast([x], { dtype: to }, [{ dtype: to, shape: x.shape }], () => [])[0].data];
};

describe('reference implementations of elementwise operators', () => {
  test('round rounds halves to even', () => {
    expect(unary('round', 'float64', [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, Infinity, Number.NaN])).toEqual([
      0,
      2,
      2,
      expect.closeTo(0),
      -2,
      2,
      Infinity,
      Number.NaN,
    ]);
  });

  test('integer operators wrap results that overflow', () => {
    expect(binary('add', 'int32', [2147483647], [1])).toEqual([-2147483648]);
    expect(binary('mul', 'int32', [123456789], [987654321])).toEqual([-67153019]);
    expect(binary('mul', 'uint32', [4294967295], [4294967295])).toEqual([1]);
    expect(binary('add', 'uint8', [200], [100])).toEqual([44]);
    expect(binary('mul', 'uint8', [16], [17])).toEqual([16]);
    expect(unary('neg', 'int32', [-2147483648])).toEqual([-2147483648]);
    expect(unary('neg', 'uint8', [1])).toEqual([255]);
    expect(unary('abs', 'int32', [-2147483648])).toEqual([-2147483648]);
  });

  test('integer div truncates, x div 0 is x, and x rem 0 is 0', () => {
    expect(binary('div', 'int32', [7, -7, -7, 7, -2147483648], [2, 2, -2, 0, -1])).toEqual([3, -3, 3, 7, -2147483648]);
    expect(binary('rem', 'int32', [7, -7, 7, 7, -2147483648], [2, 2, -2, 0, -1])).toEqual([1, -1, 1, 0, 0]);
    expect(binary('div', 'uint8', [255], [0])).toEqual([255]);
  });

  test('rem of floats has the sign of the dividend', () => {
    expect(binary('rem', 'float64', [5.5, -5.5, 5.5, 1], [2, 2, -2, 0])).toEqual([1.5, -1.5, 1.5, Number.NaN]);
  });

  test('shifts use the amount modulo the bit width, and shiftRight keeps the sign of an int32', () => {
    expect(binary('shiftLeft', 'int32', [1, 1, 1], [31, 32, 33], 'uint32')).toEqual([-2147483648, 1, 2]);
    expect(binary('shiftRight', 'int32', [-8], [1], 'uint32')).toEqual([-4]);
    expect(binary('shiftRight', 'uint32', [4294967288], [1], 'uint32')).toEqual([2147483644]);
    expect(binary('shiftLeft', 'uint8', [129, 129], [1, 8], 'uint32')).toEqual([2, 129]);
    expect(binary('shiftRight', 'uint8', [129, 129], [1, 9], 'uint32')).toEqual([64, 64]);
  });

  test('not is logical on bool and bitwise on integers', () => {
    expect(unary('not', 'bool', [0, 1])).toEqual([1, 0]);
    expect(unary('not', 'int32', [0, -1])).toEqual([-1, 0]);
    expect(unary('not', 'uint8', [0, 5])).toEqual([255, 250]);
  });

  test('max returns NaN if an operand is NaN, and equal returns false for NaN', () => {
    expect(binary('max', 'float64', [Number.NaN, 1], [1, Number.NaN])).toEqual([Number.NaN, Number.NaN]);
    expect(binary('equal', 'float64', [Number.NaN, 0], [Number.NaN, -0])).toEqual([0, 1]);
  });

  test('pow follows IEEE 754 for special operands', () => {
    expect(
      binary('pow', 'float64', [Number.NaN, 0, 1, -1, 0, -2, -2, -2], [0, 0, Number.NaN, Infinity, 2, 3, 2, 0.5]),
    ).toEqual([1, 1, 1, 1, 0, -8, 4, Number.NaN]);
  });

  test('sigmoid does not overflow for large |x| and is accurate for small results', () => {
    expect(unary('sigmoid', 'float64', [1000, -1000, 0])).toEqual([1, 0, 0.5]);
    expect(unary('sigmoid', 'float64', [-40])[0]).toBeCloseTo(Math.exp(-40), 30);
  });

  test('erf has an error of at most two units in the last place', () => {
    const known = [
      [1e-12, 1.1283791670955126e-12],
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [-0.7, -0.6778011938374184],
      [1, 0.8427007929497149],
      [1.99, 0.995111413199617],
      [2, 0.9953222650189527],
      [2.5, 0.999593047982555],
      [-3, -0.9999779095030014],
      [4, 0.9999999845827421],
      [5.5, 0.9999999999999927],
    ];
    for (const [x, value] of known) {
      const [actual] = unary('erf', 'float64', [x]);
      expect(Math.abs(actual - value)).toBeLessThanOrEqual(2 * Number.EPSILON * Math.abs(value));
    }
    expect(unary('erf', 'float64', [0, Infinity, -Infinity, Number.NaN])).toEqual([0, 1, -1, Number.NaN]);
  });
});

describe('cast', () => {
  test('truncates floats and clamps them to the range of an integer dtype; NaN becomes 0', () => {
    expect(cast('float64', 'int32', [1.9, -1.9, 3e9, -3e9, Number.NaN, Infinity])).toEqual([
      1, -1, 2147483647, -2147483648, 0, 2147483647,
    ]);
    expect(cast('float32', 'uint32', [-1, 5e9])).toEqual([0, 4294967295]);
    expect(cast('float32', 'uint8', [-1, 300, 255.9])).toEqual([0, 255, 255]);
  });

  test('wraps integers that exceed the range of the dtype', () => {
    expect(cast('int32', 'uint8', [256, -1])).toEqual([0, 255]);
    expect(cast('int32', 'uint32', [-1])).toEqual([4294967295]);
    expect(cast('uint32', 'int32', [4294967295])).toEqual([-1]);
  });

  test('converts all numbers except 0 to true, including NaN and 0.5', () => {
    expect(cast('float32', 'bool', [0, -0, 0.5, Number.NaN])).toEqual([0, 0, 1, 1]);
    expect(cast('int32', 'bool', [0, 256, -1])).toEqual([0, 1, 1]);
  });

  test('rounds float64 to float32', () => {
    expect(cast('float64', 'float32', [0.1, 1e39])).toEqual([Math.fround(0.1), Infinity]);
    expect(cast('int32', 'float32', [16777217])).toEqual([16777216]);
  });
});
