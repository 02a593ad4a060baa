import type { OpName } from '../graph/graph.ts';
import type { ElementContext, LoweredNode } from '../operators/lowering.ts';
import { axisIndex, dataIndex, type IndexExpr } from '../scalar/index-expression.ts';
import type { ScalarOp } from '../scalar/scalar.ts';
import type { Agreement } from './agreement.ts';
import { isBeyond } from './pieces.ts';

/** Value of a scalar as far as it is known: 0 (false), or anything. */
type Known = 'zero' | 'anything';

/**
 * How an instruction propagates zeros. Factors that are not known to be 0 are finite, because they come from existing
 * rows.
 */
type ZeroRule =
  /** The result is 0 if any operand is 0. */
  | 'any'
  /** The result is 0 if all operands are 0. */
  | 'all'
  /** The result is 0 if the selected operand is known to be 0. */
  | 'select'
  /** Nothing is known of the result. */
  | 'never';

/** For each instruction, when its result is certainly 0. */
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
  // The bits of -0 differ from those of 0.
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

/** Function that builds an operator's elements: `element` of a pointwise lowering. */
type Element<K extends OpName> = <S>(
  context: ElementContext<S>,
  index: readonly IndexExpr[],
  node: LoweredNode<K>,
) => S;

/**
 * Returns whether the result of an elementwise or layout operator is 0 everywhere, or beyond the elements of the
 * smaller batch. It must begin with the result of the smaller batch.
 *
 * @param agrees agreement of each operand
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
  // Beyond the result on any axis, the operand is read beyond its own beginning.
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
