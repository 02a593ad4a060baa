import { type DType, isFloat, isInteger, isNumeric } from '../types/dtype.ts';

/**
 * Table of the scalar instructions, all of which a code generator (for WebAssembly or WGSL) must implement.
 *
 * All operands of an instruction have the same dtype, except for `select`, whose first operand is bool, and shifts,
 * whose second operand is uint32. NaN, rounding, integer division and saturation follow the operators of the same
 * names.
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

/** Operands, supported dtypes and result dtype of a scalar instruction. */
export interface ScalarFacts {
  readonly arity: 1 | 2 | 3;
  /**
   * Returns true if a dtype is supported for the first operand of a shift, or for the last operand of any other
   * instruction.
   */
  readonly accepts: (dtype: DType) => boolean;
  /**
   * Dtype of the result: that of the last operand (`same`), that of the first operand (`first`), bool, or the dtype in
   * the attributes of the instruction (`given`).
   */
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
