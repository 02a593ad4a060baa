import { type DType, isFloat, isInteger, isNumeric } from '../types/dtype.ts';

/**
 * The scalar instructions: all that a renderer (WASM, WGSL, …) must know of arithmetic.
 * Operands of one instruction have one dtype, but for `select` (whose first is bool) and shifts (whose amount is uint32).
 * Numeric rules (NaN, rounding, integer division, saturation) are those of the operators of the same name.
 */
export const scalarOps = {
  neg: { arity: 1, accepts: isNumeric, result: 'same' },
  abs: { arity: 1, accepts: isNumeric, result: 'same' },
  sign: { arity: 1, accepts: isNumeric, result: 'same' },
  floor: { arity: 1, accepts: isFloat, result: 'same' },
  ceil: { arity: 1, accepts: isFloat, result: 'same' },
  round: { arity: 1, accepts: isFloat, result: 'same' },
  exp: { arity: 1, accepts: isFloat, result: 'same' },
  exp2: { arity: 1, accepts: isFloat, result: 'same' },
  expm1: { arity: 1, accepts: isFloat, result: 'same' },
  log: { arity: 1, accepts: isFloat, result: 'same' },
  log1p: { arity: 1, accepts: isFloat, result: 'same' },
  sqrt: { arity: 1, accepts: isFloat, result: 'same' },
  sin: { arity: 1, accepts: isFloat, result: 'same' },
  cos: { arity: 1, accepts: isFloat, result: 'same' },
  tan: { arity: 1, accepts: isFloat, result: 'same' },
  asin: { arity: 1, accepts: isFloat, result: 'same' },
  atan: { arity: 1, accepts: isFloat, result: 'same' },
  tanh: { arity: 1, accepts: isFloat, result: 'same' },
  sigmoid: { arity: 1, accepts: isFloat, result: 'same' },
  erf: { arity: 1, accepts: isFloat, result: 'same' },
  isNaN: { arity: 1, accepts: isFloat, result: 'bool' },
  isInf: { arity: 1, accepts: isFloat, result: 'bool' },
  not: { arity: 1, accepts: isBitwise, result: 'same' },
  cast: { arity: 1, accepts: isAny, result: 'given' },
  bitcast: { arity: 1, accepts: isAny, result: 'given' },
  add: { arity: 2, accepts: isNumeric, result: 'same' },
  sub: { arity: 2, accepts: isNumeric, result: 'same' },
  mul: { arity: 2, accepts: isNumeric, result: 'same' },
  div: { arity: 2, accepts: isNumeric, result: 'same' },
  rem: { arity: 2, accepts: isNumeric, result: 'same' },
  pow: { arity: 2, accepts: isFloat, result: 'same' },
  max: { arity: 2, accepts: isAny, result: 'same' },
  min: { arity: 2, accepts: isAny, result: 'same' },
  equal: { arity: 2, accepts: isAny, result: 'bool' },
  less: { arity: 2, accepts: isNumeric, result: 'bool' },
  lessEqual: { arity: 2, accepts: isNumeric, result: 'bool' },
  and: { arity: 2, accepts: isBitwise, result: 'same' },
  or: { arity: 2, accepts: isBitwise, result: 'same' },
  xor: { arity: 2, accepts: isBitwise, result: 'same' },
  shiftLeft: { arity: 2, accepts: isInteger, result: 'first' },
  shiftRight: { arity: 2, accepts: isInteger, result: 'first' },
  select: { arity: 3, accepts: isAny, result: 'same' },
} as const satisfies Record<string, ScalarFacts>;

/** Facts about one scalar instruction. */
export interface ScalarFacts {
  readonly arity: 1 | 2 | 3;
  /** Which dtypes the operand that decides may have: the first of a shift, else the last. */
  readonly accepts: (dtype: DType) => boolean;
  /** The result's dtype: that of the last operand (`same`) or the first, bool, or one that the instruction names. */
  readonly result: 'same' | 'first' | 'bool' | 'given';
}

/** Name of a scalar instruction. */
export type ScalarOp = keyof typeof scalarOps;

function isBitwise(dtype: DType): boolean {
  return dtype === 'bool' || isInteger(dtype);
}

function isAny(): boolean {
  return true;
}
