import type { OpName } from '../graph/graph.ts';
import type { ElementContext, LoweredNode } from '../operators/lowering.ts';
import { axisIndex, dataIndex, type IndexExpr } from '../scalar/index-expression.ts';
import type { ScalarOp } from '../scalar/scalar.ts';
import type { Agreement } from './agreement.ts';
import { isBeyond } from './pieces.ts';

/** What is known about a scalar: that it is 0 (false), or nothing. */
type Known = 'zero' | 'anything';

/**
 * Condition under which the result of an instruction is certainly 0. Other operands are assumed to be finite, because
 * they are computed from existing rows, so that a product with 0 is 0.
 */
type ZeroRule =
  /** The result is 0 if any operand is 0. */
  | 'any'
  /** The result is 0 if all operands are 0. */
  | 'all'
  /** The result of a select is 0 if the operands that it may select are 0. */
  | 'select'
  /** The result is never known to be 0. */
  | 'never';

/** For each instruction, the condition under which its result is certainly 0. */
const zeroRules: { readonly [K in ScalarOp]: ZeroRule } = {
  neg: 'all',
  abs: 'all',
  sign: 'all',
  floor: 'all',
  ceil: 'all',
  round: 'all',
  exp: 'never',
  exp2: 'never',
  expm1: 'all',
  log: 'never',
  log1p: 'all',
  sqrt: 'all',
  sin: 'all',
  cos: 'never',
  tan: 'all',
  asin: 'all',
  atan: 'all',
  tanh: 'all',
  sigmoid: 'never',
  erf: 'all',
  isNaN: 'never',
  isInf: 'never',
  not: 'never',
  cast: 'all',
  // These instructions read the bits of an operand, and those of -0 differ from those of 0.
  bitcast: 'never',
  add: 'all',
  sub: 'all',
  mul: 'any',
  div: 'never',
  rem: 'never',
  pow: 'never',
  max: 'all',
  min: 'all',
  equal: 'never',
  less: 'never',
  lessEqual: 'never',
  and: 'any',
  or: 'all',
  xor: 'all',
  shiftLeft: 'never',
  shiftRight: 'never',
  select: 'select',
};

/** The function `element` of a pointwise lowering, which builds the expression of an element. */
type Element<K extends OpName> = <S>(
  context: ElementContext<S>,
  index: readonly IndexExpr[],
  node: LoweredNode<K>,
) => S;

/**
 * Determines which elements of an operator's result are 0, given that it begins with the result for the smaller batch:
 * all elements (`zero`), all further elements (`zeros`), or possibly none (`begins`). For operators of the lowering
 * class `pointwise`.
 *
 * @param agrees how each operand agrees with the operand for the smaller batch
 */
export function zerosOf<K extends OpName>(
  element: Element<K>,
  short: LoweredNode<K>,
  long: LoweredNode<K>,
  agrees: readonly Agreement[],
): Agreement {
  const result = short.results[0].shape;
  const [{ shape }] = long.results;
  const longer = result.flatMap((extent, axis) => (extent < shape[axis] ? [axis] : []));
  // Returns true if every further element of the result reads a further element of the operand.
  const isBeyondToo = (position: number, index: readonly IndexExpr[]): boolean =>
    longer.every((axis) =>
      index.some((expression, at) => isBeyond(expression, axis, result[axis], short.operands[position].shape[at])),
    );
  const index = shape.map((extent, axis) => axisIndex(axis, extent));
  const known = (isZero: (position: number, index: readonly IndexExpr[]) => boolean): Known =>
    element<Known>(
      {
        operand: (position, at) => (isZero(position, at) ? 'zero' : 'anything'),
        constant: (value) => (value === 0 ? 'zero' : 'anything'),
        instruction: (op, operands) => resultOf(op, operands),
        fromIndex: () => 'anything',
        toIndex: (_, extent) => dataIndex(0, extent),
      },
      index,
      long,
    );
  if (known((position) => agrees[position] === 'zero') === 'zero') return 'zero';
  const isZero = (position: number, at: readonly IndexExpr[]): boolean =>
    agrees[position] === 'zero' || (agrees[position] === 'zeros' && isBeyondToo(position, at));
  return known(isZero) === 'zero' ? 'zeros' : 'begins';
}

function resultOf(op: ScalarOp, operands: readonly Known[]): Known {
  const isZero = (operand: Known): boolean => operand === 'zero';
  switch (zeroRules[op]) {
    case 'any':
      return operands.some(isZero) ? 'zero' : 'anything';
    case 'all':
      return operands.every(isZero) ? 'zero' : 'anything';
    case 'select': {
      const [condition, yes, no] = operands;
      return isZero(no) && (isZero(yes) || isZero(condition)) ? 'zero' : 'anything';
    }
    case 'never':
      return 'anything';
  }
}
