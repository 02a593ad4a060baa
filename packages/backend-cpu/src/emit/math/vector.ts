import type { OperationName } from '../../wasm/opcodes.ts';
import { type Expression, instruction } from './expression.ts';

type Unary = (x: Expression) => Expression;
type Binary = (x: Expression, y: Expression) => Expression;

const unary =
  (name: OperationName): Unary =>
  (x) =>
    instruction(name, 'v128', x);
const binary =
  (name: OperationName): Binary =>
  (x, y) =>
    instruction(name, 'v128', x, y);

function i32(value: number): Expression {
  return { type: 'i32', operands: [], write: (f) => f.i32(value) };
}

const shift =
  (name: OperationName) =>
  (x: Expression, bits: number): Expression =>
    instruction(name, 'v128', x, i32(bits));

/** Four float32 lanes. Comparisons give masks of ones. */
export const f32x4 = {
  /** The constant in all lanes. */
  of: (value: number): Expression => ({ type: 'v128', operands: [], write: (f) => f.f32x4(value) }),
  add: binary('f32x4.add'),
  sub: binary('f32x4.sub'),
  mul: binary('f32x4.mul'),
  div: binary('f32x4.div'),
  sqrt: unary('f32x4.sqrt'),
  trunc: unary('f32x4.trunc'),
  /** The smaller; x where y is NaN or x is. */
  pmin: binary('f32x4.pmin'),
  /** The larger; x where y is NaN or x is. */
  pmax: binary('f32x4.pmax'),
  equal: binary('f32x4.eq'),
  notEqual: binary('f32x4.ne'),
  less: binary('f32x4.lt'),
  greater: binary('f32x4.gt'),
  fromInt: unary('f32x4.convert_i32x4_s'),
} as const;

/** Four 32-bit integer lanes. */
export const i32x4 = {
  /** The constant in all lanes. */
  of: (value: number): Expression => ({ type: 'v128', operands: [], write: (f) => f.i32x4(value) }),
  add: binary('i32x4.add'),
  sub: binary('i32x4.sub'),
  mul: binary('i32x4.mul'),
  neg: unary('i32x4.neg'),
  equal: binary('i32x4.eq'),
  greaterEqualUnsigned: binary('i32x4.ge_u'),
  shiftLeft: shift('i32x4.shl'),
  shiftRight: shift('i32x4.shr_s'),
} as const;

/** Two float64 lanes; two of them stand for four float32 lanes where their precision does not do. */
export const f64x2 = {
  /** The constant in both lanes. */
  of: (value: number): Expression => ({ type: 'v128', operands: [], write: (f) => f.f64x2(value) }),
  add: binary('f64x2.add'),
  sub: binary('f64x2.sub'),
  mul: binary('f64x2.mul'),
  div: binary('f64x2.div'),
  trunc: unary('f64x2.trunc'),
  pmin: binary('f64x2.pmin'),
  pmax: binary('f64x2.pmax'),
  greaterEqual: binary('f64x2.ge'),
  less: binary('f64x2.lt'),
  fromInt: unary('f64x2.convert_low_i32x4_s'),
  fromUnsigned: unary('f64x2.convert_low_i32x4_u'),
} as const;

/** Two 64-bit integer lanes. */
export const i64x2 = {
  /** The constant in both lanes, given by its upper 32 bits. */
  ofUpper: (upper: number): Expression => ({ type: 'v128', operands: [], write: (f) => f.i32x4(0, upper, 0, upper) }),
  add: binary('i64x2.add'),
  sub: binary('i64x2.sub'),
  shiftLeft: shift('i64x2.shl'),
} as const;

/** All 128 bits. */
export const v128 = {
  and: binary('v128.and'),
  /** x and not y. */
  andnot: binary('v128.andnot'),
  or: binary('v128.or'),
  xor: binary('v128.xor'),
  /** x where the mask has ones, else y. */
  select: (mask: Expression, x: Expression, y: Expression): Expression =>
    instruction('v128.bitselect', 'v128', x, y, mask),
  /** 1 if any bit is set. */
  anyTrue: (x: Expression): Expression => instruction('v128.any_true', 'i32', x),
  /** 1 if no 32-bit lane is zero. */
  allTrue: (x: Expression): Expression => instruction('i32x4.all_true', 'i32', x),
} as const;

/** A shuffle of 32-bit lanes: 0 to 3 from x, 4 to 7 from y. */
export function shuffle(x: Expression, y: Expression, lanes: readonly [number, number, number, number]): Expression {
  return { type: 'v128', operands: [x, y], write: (f) => f.shuffle32(...lanes) };
}

/** Lanes 0, 1 and lanes 2, 3 of a four-lane vector, each moved to lanes 0 and 1: what widening conversions read. */
export function halves(x: Expression): [Expression, Expression] {
  return [x, shuffle(x, x, [2, 3, 2, 3])];
}

/** Four float32 lanes as two vectors of float64. */
export function promote(x: Expression): [Expression, Expression] {
  const [low, high] = halves(x);
  return [instruction('f64x2.promote_low_f32x4', 'v128', low), instruction('f64x2.promote_low_f32x4', 'v128', high)];
}

/** Two vectors of float64 rounded to four float32 lanes. */
export function demote([low, high]: readonly [Expression, Expression]): Expression {
  const rounded = [low, high].map((part) => instruction('f32x4.demote_f64x2_zero', 'v128', part));
  return shuffle(rounded[0], rounded[1], [0, 1, 4, 5]);
}

/** The low 32 bits of four 64-bit lanes in two vectors. */
export function lowWords([low, high]: readonly [Expression, Expression]): Expression {
  return shuffle(low, high, [0, 2, 4, 6]);
}

/** The high 32 bits of four 64-bit lanes in two vectors. */
export function highWords([low, high]: readonly [Expression, Expression]): Expression {
  return shuffle(low, high, [1, 3, 5, 7]);
}

/** Applies a function of float64 vectors to both halves. */
export function both(
  [low, high]: readonly [Expression, Expression],
  f: (half: Expression, which: 0 | 1) => Expression,
): [Expression, Expression] {
  return [f(low, 0), f(high, 1)];
}

/**
 * Polynomial, coefficients from the constant upwards. Long ones are two interleaved Horner rules in x^2, since the
 * processor would spend its time waiting for one chain of twice the length.
 */
export function polynomial(
  lanes: Pick<typeof f32x4, 'of' | 'add' | 'mul'>,
  x: Expression,
  coefficients: readonly number[],
): Expression {
  if (coefficients.length < 5) return horner(lanes, x, coefficients);
  const square = lanes.mul(x, x);
  const even = coefficients.filter((_, power) => power % 2 === 0);
  const odd = coefficients.filter((_, power) => power % 2 === 1);
  return lanes.add(lanes.mul(horner(lanes, square, odd), x), horner(lanes, square, even));
}

function horner(
  lanes: Pick<typeof f32x4, 'of' | 'add' | 'mul'>,
  x: Expression,
  coefficients: readonly number[],
): Expression {
  const highest = lanes.of(coefficients[coefficients.length - 1]);
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => lanes.add(lanes.mul(sum, x), lanes.of(coefficient)), highest);
}

const signBit = -0x80000000;

/** The sign bits of float32 lanes, all other bits zero. */
export function signOf(x: Expression): Expression {
  return v128.and(x, i32x4.of(signBit));
}

/** Float32 lanes without their sign. */
export function magnitude(x: Expression): Expression {
  return v128.and(x, i32x4.of(0x7fffffff));
}

/** Minus the magnitude of float32 lanes. */
export function negativeMagnitude(x: Expression): Expression {
  return v128.or(x, i32x4.of(signBit));
}
