import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  abs,
  add,
  arccos,
  arccosh,
  arcsin,
  arcsinh,
  arctan,
  arctan2,
  arctanh,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  ceil,
  clip,
  cos,
  cosh,
  div,
  equal,
  erf,
  exp,
  exp2,
  expm1,
  floor,
  floorDivide,
  fmod,
  greater,
  greaterEqual,
  isfinite,
  isinf,
  isnan,
  leftShift,
  less,
  lessEqual,
  log,
  log1p,
  log2,
  log10,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mod,
  mul,
  negative,
  notEqual,
  power,
  reciprocal,
  registerBackend,
  rightShift,
  round,
  rsqrt,
  scalar,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  sub,
  tan,
  tanh,
  tensor,
  trunc,
  where,
  zeros,
} from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';
import { type Case, check } from './numpy-case.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

describe('arithmetic', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['add with broadcasting', () => add(tensor([[1, 2, 3], [4, 5, 6]]), tensor([[10], [20]])), 'float32', [[11, 12, 13], [24, 25, 26]]],
    ['add of a row and a column', () => add(tensor([1, 2, 3]), tensor([[10], [20]])), 'float32', [[11, 12, 13], [21, 22, 23]]],
    ['sub of a number and a tensor', () => sub(1, tensor([1, -2, 0.5])), 'float32', [0, 3, 0.5]],
    ['mul', () => mul(tensor([[1, 2, 3], [4, 5, 6]]), tensor([1, -2, 0.5])), 'float32', [[1, -4, 1.5], [4, -10, 3]]],
    ['mul of a scalar tensor', () => mul(scalar(2), tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [[2, 4, 6], [8, 10, 12]]],
    ['div of integers as float32', () => div(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'float32', [3.5, -3.5, -1.5]],
    ['div of bytes by a number as float32', () => div(tensor(Uint8Array.of(200, 100)), 255), 'float32', [0.7843137, 0.3921569]],
    ['add of int32 and a number', () => add(tensor([7, -7, 3], { dtype: 'int32' }), 1), 'int32', [8, -6, 4]],
    ['add of bytes with overflow', () => add(tensor(Uint8Array.of(200, 100)), 100), 'uint8', [44, 200]],
    ['add of bool and int32', () => add(tensor([true, false, true]), tensor([7, -7, 3], { dtype: 'int32' })), 'int32', [8, -7, 4]],
    ['mul of bool and float32', () => mul(tensor([true, false, true]), tensor([1, -2, 0.5])), 'float32', [1, 0, 0.5]],
    ['add of int32 and float32', () => add(tensor([7, -7, 3], { dtype: 'int32' }), tensor([1, -2, 0.5])), 'float32', [8, -9, 3.5]],
    ['add of bool and an integer', () => add(tensor([true, false, true]), 1), 'int32', [2, 1, 2]],
    ['mul of bool and a fraction', () => mul(tensor([true, false, true]), 0.5), 'float32', [0.5, 0, 0.5]],
    ['add of two numbers', () => add(1, 2), 'float32', 3],
    ['floorDivide of integers', () => floorDivide(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'int32', [3, -4, -2]],
    ['floorDivide of floats', () => floorDivide(tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.7]), 1.5), 'float32', [-2, -1, -1, 0, 1, 1]],
    ['mod with negative integers', () => mod(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'int32', [1, 1, -1]],
    ['mod of floats', () => mod(tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.7]), -2), 'float32', [-0.5, -1.5, -0.5, -1.5, -0.5, -1.3]],
    ['fmod with negative integers', () => fmod(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'int32', [1, -1, 1]],
    ['negative', () => negative(tensor([7, -7, 3], { dtype: 'int32' })), 'int32', [-7, 7, -3]],
    ['abs', () => abs(tensor([1, -2, 0.5])), 'float32', [1, 2, 0.5]],
    ['sign', () => sign(tensor([-2, 0, 3])), 'float32', [-1, 0, 1]],
    ['square', () => square(tensor([7, -7, 3], { dtype: 'int32' })), 'int32', [49, 49, 9]],
    ['reciprocal of integers', () => reciprocal(tensor([2, 2, -2], { dtype: 'int32' })), 'float32', [0.5, 0.5, -0.5]],
    ['power of tensors', () => power(tensor([0.5, 1, 4]), tensor([1, -2, 0.5])), 'float32', [0.5, 1, 2]],
    ['power with an integer exponent', () => power(tensor([1, -2, 0.5]), 3), 'float32', [1, -8, 0.125]],
    ['power of integers', () => power(tensor([7, -7, 3], { dtype: 'int32' }), 5), 'int32', [16807, -16807, 243]],
    ['power of integers to 0', () => power(tensor([7, -7, 3], { dtype: 'int32' }), 0), 'int32', [1, 1, 1]],
    ['power with a number as base', () => power(2, tensor([1, -2, 0.5])), 'float32', [2, 0.25, Math.SQRT2]],
    ['maximum', () => maximum(tensor([1, -2, 0.5]), 0), 'float32', [1, 0, 0.5]],
    ['maximum of NaN', () => maximum(tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]), 0), 'float32', [Number.NaN, Number.POSITIVE_INFINITY, 0, 1]],
    ['minimum', () => minimum(tensor([1, -2, 0.5]), tensor([0, 0, 1])), 'float32', [0, -2, 0.5]],
    ['maximum of bool', () => maximum(tensor([true, false, true]), tensor([false, false, true])), 'bool', [true, false, true]],
    ['clip', () => clip(tensor([1, -2, 0.5]), -1, 0.75), 'float32', [0.75, -1, 0.5]],
    ['clip with one bound', () => clip(tensor([7, -7, 3], { dtype: 'int32' }), null, 5), 'int32', [5, -7, 3]],
    ['clip with tensors', () => clip(tensor([1, -2, 0.5]), tensor([0, -3, 0]), 0.75), 'float32', [0.75, -2, 0.5]],
  ])('%s matches NumPy', check);
});

describe('exponentials', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['exp', () => exp(tensor([0.5, 1, 4])), 'float32', [1.648721, Math.E, 54.59815]],
    ['exp2', () => exp2(tensor([0.5, 1, 4])), 'float32', [Math.SQRT2, 2, 16]],
    ['expm1', () => expm1(tensor([0.5, 1, 4])), 'float32', [0.6487213, 1.718282, 53.59815]],
    ['log', () => log(tensor([0.5, 1, 4])), 'float32', [-Math.LN2, 0, 1.386294]],
    ['log1p', () => log1p(tensor([0.5, 1, 4])), 'float32', [0.4054651, Math.LN2, 1.609438]],
    ['log2', () => log2(tensor([0.5, 1, 4])), 'float32', [-1, 0, 2]],
    ['log10', () => log10(tensor([0.5, 1, 4])), 'float32', [-0.30103, 0, 0.60206]],
    ['sqrt', () => sqrt(tensor([0.5, 1, 4])), 'float32', [Math.SQRT1_2, 1, 2]],
    ['rsqrt', () => rsqrt(tensor([0.5, 1, 4])), 'float32', [Math.SQRT2, 1, 0.5]],
    ['sigmoid', () => sigmoid(tensor([1, -2, 0.5])), 'float32', [0.7310586, 0.1192029, 0.6224594]],
    ['erf', () => erf(tensor([1, -2, 0.5])), 'float32', [0.8427008, -0.9953223, 0.5204999]],
    ['exp of integers as float32', () => exp(tensor([2, 2, -2], { dtype: 'int32' })), 'float32', [7.389056, 7.389056, 0.1353353]],
  ])('%s matches NumPy', check);
});

describe('trigonometry', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['sin', () => sin(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.4794255, 0.247404, 0.7833269]],
    ['cos', () => cos(tensor([-0.5, 0.25, 0.9])), 'float32', [0.8775826, 0.9689124, 0.62161]],
    ['tan', () => tan(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.5463025, 0.2553419, 1.260158]],
    ['arcsin', () => arcsin(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.5235988, 0.2526802, 1.11977]],
    ['arccos', () => arccos(tensor([-0.5, 0.25, 0.9])), 'float32', [2.094395, 1.318116, 0.4510269]],
    ['arctan', () => arctan(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.4636476, 0.2449787, 0.7328151]],
    ['sinh', () => sinh(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.5210953, 0.2526123, 1.026517]],
    ['cosh', () => cosh(tensor([-0.5, 0.25, 0.9])), 'float32', [1.127626, 1.031413, 1.433086]],
    ['tanh', () => tanh(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.4621172, 0.2449187, 0.7162978]],
    ['arcsinh', () => arcsinh(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.4812118, 0.2474665, 0.8088669]],
    ['arctanh', () => arctanh(tensor([-0.5, 0.25, 0.9])), 'float32', [-0.5493062, 0.2554128, 1.472219]],
    ['arccosh', () => arccosh(tensor([1, 2, 1e10])), 'float32', [0, 1.316958, 23.719]],
    ['arctan2 in all quadrants', () => arctan2(tensor([1, 1, -1, -1, 0, 0]), tensor([1, -1, 1, -1, -1, 0])), 'float32', [0.7853981, 2.356194, -0.7853981, -2.356194, Math.PI, 0]],
  ])('%s matches NumPy', check);
});

describe('rounding', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['floor', () => floor(tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.7])), 'float32', [-3, -2, -1, 0, 1, 2]],
    ['ceil', () => ceil(tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.7])), 'float32', [-2, -1, 0, 1, 2, 3]],
    ['trunc', () => trunc(tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.7])), 'float32', [-2, -1, 0, 0, 1, 2]],
    ['round of halves to even', () => round(tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.7])), 'float32', [-2, -2, 0, 0, 2, 3]],
    ['floor of integers', () => floor(tensor([7, -7, 3], { dtype: 'int32' })), 'int32', [7, -7, 3]],
  ])('%s matches NumPy', check);
});

describe('comparison', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['equal', () => equal(tensor([[1, 2, 3], [4, 5, 6]]), tensor([1, 5, 3])), 'bool', [[true, false, true], [false, true, false]]],
    ['notEqual of NaN', () => notEqual(tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]), tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1])), 'bool', [true, false, false, false]],
    ['less', () => less(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'bool', [false, true, false]],
    ['lessEqual', () => lessEqual(tensor([2, 2, -2], { dtype: 'int32' }), 2), 'bool', [true, true, true]],
    ['greater', () => greater(tensor([1, -2, 0.5]), tensor([true, false, true])), 'bool', [false, false, false]],
    ['greaterEqual of NaN', () => greaterEqual(tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]), 1), 'bool', [false, true, false, true]],
    ['less of bool', () => less(tensor([false, true]), tensor([true, false])), 'bool', [true, false]],
    ['isnan', () => isnan(tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1])), 'bool', [true, false, false, false]],
    ['isinf', () => isinf(tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1])), 'bool', [false, true, true, false]],
    ['isfinite', () => isfinite(tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1])), 'bool', [false, false, false, true]],
    ['where with broadcasting', () => where(tensor([true, false, true]), tensor([[10], [20]]), tensor([1, -2, 0.5])), 'float32', [[10, -2, 10], [20, -2, 20]]],
    ['where with dtype promotion', () => where(tensor([true, false, true]), tensor([7, -7, 3], { dtype: 'int32' }), 0), 'int32', [7, 0, 3]],
  ])('%s matches NumPy', check);
});

describe('logic', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['logicalAnd of numbers', () => logicalAnd(tensor([1, -2, 0.5]), tensor([0, 1, 1])), 'bool', [false, true, true]],
    ['logicalOr', () => logicalOr(tensor([true, false, true]), false), 'bool', [true, false, true]],
    ['logicalXor', () => logicalXor(tensor([true, false, true]), true), 'bool', [false, true, false]],
    ['logicalNot', () => logicalNot(tensor([1, -2, 0.5])), 'bool', [false, false, false]],
    ['bitwiseAnd', () => bitwiseAnd(tensor([7, -7, 3], { dtype: 'int32' }), 6), 'int32', [6, 0, 2]],
    ['bitwiseOr', () => bitwiseOr(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'int32', [7, -5, -1]],
    ['bitwiseXor', () => bitwiseXor(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'int32', [5, -5, -3]],
    ['bitwiseNot', () => bitwiseNot(tensor([7, -7, 3], { dtype: 'int32' })), 'int32', [-8, 6, -4]],
    ['leftShift', () => leftShift(tensor([7, -7, 3], { dtype: 'int32' }), 2), 'int32', [28, -28, 12]],
    ['rightShift of negative numbers', () => rightShift(tensor([7, -7, 3], { dtype: 'int32' }), tensor([1, 1, 0], { dtype: 'int32' })), 'int32', [3, -4, 3]],
    ['rightShift of unsigned integers', () => rightShift(tensor(Uint32Array.of(4294967295)), 4), 'uint32', [268435455]],
  ])('%s matches NumPy', check);
});

describe('elementwise functions', () => {
  test('reject shapes that cannot be broadcast', () => {
    expect(thrown(() => add(zeros([2, 3]), zeros([2])))).toMatchObject({
      code: 'shape',
      op: 'add',
      data: { shapes: [[2, 3], [2]], axis: -1 },
    });
  });

  test('reject dtypes that cannot be combined', () => {
    expect(thrown(() => add(zeros([1], { dtype: 'uint32' }), zeros([1])))).toMatchObject({
      code: 'dtype',
      op: 'add',
      data: { dtypes: ['uint32', 'float32'] },
    });
    expect(thrown(() => mul(zeros([1], { dtype: 'uint8' }), zeros([1], { dtype: 'int32' })))).toMatchObject({
      code: 'dtype',
    });
  });

  test('reject a fraction combined with an integer tensor, and advise to use astype()', () => {
    const error = thrown(() => mul(zeros([1], { dtype: 'int32' }), 0.5));
    expect(error).toMatchObject({ code: 'value', op: 'mul', data: { value: 0.5, dtype: 'int32' } });
    expect(error.message).toContain("astype(x, 'float32')");
    expect(thrown(() => clip(zeros([1], { dtype: 'int32' }), 0.5))).toMatchObject({ code: 'value', op: 'clip' });
  });

  test('reject a number that is out of range for the dtype of the tensor it is combined with', () => {
    expect(thrown(() => add(zeros([1], { dtype: 'uint8' }), 256))).toMatchObject({ code: 'value' });
    expect(thrown(() => add(zeros([1], { dtype: 'uint32' }), -1))).toMatchObject({ code: 'value' });
  });

  test('reject arithmetic of two bool tensors', () => {
    expect(thrown(() => add(tensor([true]), tensor([true])))).toMatchObject({ code: 'dtype', op: 'add' });
  });

  test('reject powers of integers with a tensor or a negative number as exponent', () => {
    const x = zeros([1], { dtype: 'int32' });
    expect(thrown(() => power(x, x))).toMatchObject({ code: 'dtype', op: 'power' });
    expect(thrown(() => power(x, -1))).toMatchObject({ code: 'dtype', op: 'power' });
  });

  test('reject arguments that are not tensors', () => {
    expect(thrown(() => Reflect.apply(add, null, [[1, 2], 1]))).toMatchObject({ code: 'argument', op: 'add' });
    expect(thrown(() => Reflect.apply(exp, null, [null]))).toMatchObject({ code: 'argument', op: 'exp' });
    expect(thrown(() => Reflect.apply(exp, null, [Promise.resolve(1)]))).toMatchObject({
      code: 'argument',
      data: { given: 'a promise' },
    });
  });
});
