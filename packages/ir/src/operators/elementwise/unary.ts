import type { OpName } from '../../graph/graph.ts';
import { type ScalarOp, scalarOps } from '../../scalar/scalar.ts';
import type { DType } from '../../types/dtype.ts';
import { checkCount, checkDType } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';

/**
 * Names of the elementwise operators with one operand. Each applies the scalar instruction of the same name to each
 * element.
 */
export type ElementwiseUnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'exp'
  | 'exp2'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'atan'
  | 'tanh'
  | 'sigmoid'
  | 'erf'
  | 'isNaN'
  | 'isInf'
  | 'not';

/**
 * Unary elementwise operators: y[i] = f(x[i]), with the shape of `x`.
 *
 * `isNaN` and `isInf` return bool. `not` is logical for bool and bitwise for integers. `round` rounds halves to even.
 * `Attributes` has the formula of each operator.
 */
export const elementwiseUnary: { readonly [K in ElementwiseUnaryOp]: Operator<K> } = {
  neg: unary('neg'),
  abs: unary('abs'),
  sign: unary('sign'),
  floor: unary('floor'),
  ceil: unary('ceil'),
  round: unary('round'),
  exp: unary('exp'),
  exp2: unary('exp2'),
  expm1: unary('expm1'),
  log: unary('log'),
  log1p: unary('log1p'),
  sqrt: unary('sqrt'),
  sin: unary('sin'),
  cos: unary('cos'),
  tan: unary('tan'),
  asin: unary('asin'),
  atan: unary('atan'),
  tanh: unary('tanh'),
  sigmoid: unary('sigmoid'),
  erf: unary('erf'),
  isNaN: unary('isNaN'),
  isInf: unary('isInf'),
  not: unary('not'),
};

function unary<K extends OpName & ScalarOp>(op: K): Operator<K> {
  const { accepts, result } = scalarOps[op];
  return {
    infer: (operands) => {
      checkCount(op, operands, ['x']);
      const [x] = operands;
      checkDType(op, 'x', x, accepts);
      const dtype: DType = result === 'bool' ? 'bool' : x.dtype;
      return [{ dtype, shape: x.shape }];
    },
  };
}
