import type { OpName } from '../../graph/graph.ts';
import { type ScalarOp, scalarOps } from '../../scalar/scalar.ts';
import { type DType, isInteger, isNumeric } from '../../types/dtype.ts';
import { checkCount, checkDType, checkEqualDTypes, checkEqualShapes } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';

/**
 * Names of the elementwise operators with two operands. Each applies the scalar instruction of the same name to each
 * pair of elements.
 */
export type ElementwiseBinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'pow'
  | 'max'
  | 'min'
  | 'equal'
  | 'less'
  | 'lessEqual'
  | 'and'
  | 'or'
  | 'xor'
  | 'shiftLeft'
  | 'shiftRight';

/**
 * Binary elementwise operators: z[i] = f(x[i], y[i]) for `x` and `y` of equal shape and dtype.
 *
 * Comparisons return bool. In a shift, `y` is uint32 for every integer dtype of `x`, and x is shifted by `y` modulo the
 * bit width of `x`. `Attributes` has the formula of each operator.
 */
export const elementwiseBinary: { readonly [K in ElementwiseBinaryOp]: Operator<K> } = {
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  rem: binary('rem'),
  pow: binary('pow'),
  // The scalar instructions `max` and `min` accept bool, which reductions use. The operators reject bool, for which
  // `or` and `and` exist.
  max: binary('max', isNumeric),
  min: binary('min', isNumeric),
  equal: binary('equal'),
  less: binary('less'),
  lessEqual: binary('lessEqual'),
  and: binary('and'),
  or: binary('or'),
  xor: binary('xor'),
  shiftLeft: shift('shiftLeft'),
  shiftRight: shift('shiftRight'),
};

const names = ['x', 'y'];

function binary<K extends OpName & ScalarOp>(
  op: K,
  accepts: (dtype: DType) => boolean = scalarOps[op].accepts,
): Operator<K> {
  const { result } = scalarOps[op];
  return {
    infer: (operands) => {
      checkCount(op, operands, names);
      checkEqualDTypes(op, operands, names);
      checkEqualShapes(op, operands, names);
      const [x] = operands;
      checkDType(op, 'x', x, accepts);
      return [{ dtype: result === 'bool' ? 'bool' : x.dtype, shape: x.shape }];
    },
  };
}

function shift<K extends OpName & ScalarOp>(op: K): Operator<K> {
  return {
    infer: (operands) => {
      checkCount(op, operands, names);
      checkEqualShapes(op, operands, names);
      const [x, y] = operands;
      checkDType(op, 'x', x, isInteger);
      checkDType(op, 'y', y, (dtype) => dtype === 'uint32');
      return [x];
    },
  };
}
