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

/** Operations on four float32 lanes. Comparisons return masks of ones. */
export const f32x4 = {
  /** Returns a vector whose four float32 lanes contain `value`. */
  of: (value: number): Expression => ({ type: 'v128', operands: [], write: (f) => f.f32x4(value) }),
  add: binary('f32x4.add'),
  sub: binary('f32x4.sub'),
  mul: binary('f32x4.mul'),
  div: binary('f32x4.div'),
  sqrt: unary('f32x4.sqrt'),
  trunc: unary('f32x4.trunc'),
  /** The minimum of x and y in each lane; x if either is NaN. */
  min: binary('f32x4.pmin'),
  /** The maximum of x and y in each lane; x if either is NaN. */
  max: binary('f32x4.pmax'),
  equal: binary('f32x4.eq'),
  notEqual: binary('f32x4.ne'),
  less: binary('f32x4.lt'),
  greater: binary('f32x4.gt'),
  fromInt: unary('f32x4.convert_i32x4_s'),
} as const;

/** Operations on four 32-bit integer lanes. */
export const i32x4 = {
  /** Returns a vector whose four int32 lanes contain `value`. */
  of: (value: number): Expression => ({ type: 'v128', operands: [], write: (f) => f.i32x4(value) }),
  add: binary('i32x4.add'),
  sub: binary('i32x4.sub'),
  mul: binary('i32x4.mul'),
  equal: binary('i32x4.eq'),
  greater: binary('i32x4.gt_s'),
  min: binary('i32x4.min_s'),
  max: binary('i32x4.max_s'),
  atLeastUnsigned: binary('i32x4.ge_u'),
  shiftLeft: shift('i32x4.shl'),
  shiftRight: shift('i32x4.shr_s'),
  shiftRightUnsigned: shift('i32x4.shr_u'),
} as const;

/** Operations on two float64 lanes. Two such vectors represent four float32 lanes where float32 is too imprecise. */
export const f64x2 = {
  /** Returns a vector whose two float64 lanes contain `value`. */
  of: (value: number): Expression => ({ type: 'v128', operands: [], write: (f) => f.f64x2(value) }),
  add: binary('f64x2.add'),
  sub: binary('f64x2.sub'),
  mul: binary('f64x2.mul'),
  div: binary('f64x2.div'),
  trunc: unary('f64x2.trunc'),
  pmin: binary('f64x2.pmin'),
  pmax: binary('f64x2.pmax'),
  fromInt: unary('f64x2.convert_low_i32x4_s'),
  fromUnsigned: unary('f64x2.convert_low_i32x4_u'),
} as const;

/** Operations on two 64-bit integer lanes. */
export const i64x2 = {
  sub: binary('i64x2.sub'),
} as const;

/** Operations on all 128 bits. */
export const v128 = {
  and: binary('v128.and'),
  /** Bitwise x & ~y. */
  andNot: binary('v128.andnot'),
  or: binary('v128.or'),
  xor: binary('v128.xor'),
  /** Bits of x where the mask has ones, and bits of y elsewhere. */
  select: (mask: Expression, x: Expression, y: Expression): Expression =>
    instruction('v128.bitselect', 'v128', x, y, mask),
  /** The i32 1 if any bit of the vector is set, otherwise 0. */
  anyTrue: (x: Expression): Expression => instruction('v128.any_true', 'i32', x),
} as const;
