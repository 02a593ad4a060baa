import { ManabiError } from '@manabi/errors';
import { type DType, isNumeric } from '../../types/dtype.ts';
import { formatType, type Shape } from '../../types/shape.ts';
import { checkAxes, checkAxis, checkCount, checkDType } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';

/** Names of the operators that combine elements along axes. */
export type ReduceOp = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'argMax' | 'argMin' | 'cumSum';

/**
 * The operators that combine elements along axes: reductions and cumulative sums.
 *
 * - `reduceSum`, `reduceProd`, `reduceMax`, `reduceMin`: reduce the axes to one element and remove them; `axes: []`
 * returns the operand. The
 *   result for an empty axis is the identity: 0, 1, the smallest and the largest value of the dtype. On bool, `reduceMax`
 *   is "any" and `reduceMin` is "all". The result is NaN if any element is NaN.
 * - `argMax`, `argMin`: the int32 index of the first largest or smallest element, or of the first NaN.
 * - `cumSum`: running sums along `axis`. `reverse` sums from the end; `exclusive` omits the element itself.
 */
export const reduce: { readonly [K in ReduceOp]: Operator<K> } = {
  reduceSum: reduction('reduceSum', isNumeric, "Convert to int32 to count: astype(x, 'int32')."),
  reduceProd: reduction('reduceProd', isNumeric, 'For "all", use reduceMin.'),
  reduceMax: reduction('reduceMax', () => true),
  reduceMin: reduction('reduceMin', () => true),
  argMax: argReduction('argMax', true),
  argMin: argReduction('argMin', false),
  cumSum: {
    infer: (operands, { axis }) => {
      checkCount('cumSum', operands, ['x']);
      const [x] = operands;
      checkDType('cumSum', 'x', x, isNumeric, "Convert to int32 to count: astype(x, 'int32').");
      checkAxis('cumSum', 'x', x, axis);
      return [x];
    },
  },
};

function reduction<K extends 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin'>(
  op: K,
  accepts: (dtype: DType) => boolean,
  advice?: string,
): Operator<K> {
  return {
    infer: (operands, { axes }) => {
      checkCount(op, operands, ['x']);
      const [x] = operands;
      checkDType(op, 'x', x, accepts, advice);
      checkAxes(op, 'x', x, axes);
      return [{ dtype: x.dtype, shape: shapeWithout(x.shape, axes) }];
    },
  };
}

function argReduction<K extends 'argMax' | 'argMin'>(op: K, largest: boolean): Operator<K> {
  return {
    infer: (operands, { axis }) => {
      checkCount(op, operands, ['x']);
      const [x] = operands;
      checkDType(op, 'x', x, isNumeric);
      checkAxis(op, 'x', x, axis);
      if (x.shape[axis] === 0) {
        throw new ManabiError(
          'shape',
          `Axis ${axis} of x, ${formatType(x)}, is empty, so it has no ${largest ? 'largest' : 'smallest'} element. ` +
            'Skip empty tensors or reduce another axis.',
          { op, data: { operand: 'x', type: x, axis } },
        );
      }
      return [{ dtype: 'int32', shape: shapeWithout(x.shape, [axis]) }];
    },
  };
}

function shapeWithout(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, axis) => !axes.includes(axis));
}
