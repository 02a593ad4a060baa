import { formatShape, sizeOf } from '../../types/shape.ts';
import { checkAxes, checkCount, checkShape } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';
import { checkPerAxis, refusal } from './checks.ts';

/** The same elements in row-major order under another shape. Any dtype. */
export const reshape: Operator<'reshape'> = {
  free: true,
  infer: (operands, { shape }) => {
    checkCount('reshape', operands, ['x']);
    const [x] = operands;
    checkShape('reshape', shape);
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw refusal(
        'shape',
        'reshape',
        `x has shape ${formatShape(x.shape)} and ${sizeOf(x.shape)} elements, which cannot fill ` +
          `${formatShape(shape)} with its ${sizeOf(shape)}: the products of the lengths must be equal.`,
        { from: x.shape, to: shape },
      );
    }
    return [{ dtype: x.dtype, shape }];
  },
};

/** Axes in another order: axis i of the result is axis `permutation[i]` of the operand. Any dtype. */
export const transpose: Operator<'transpose'> = {
  free: true,
  infer: (operands, { permutation }) => {
    checkCount('transpose', operands, ['x']);
    const [x] = operands;
    checkPerAxis('transpose', 'permutation', permutation, 'x', x, 0);
    checkAxes('transpose', 'x', x, permutation);
    return [{ dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]) }];
  },
};

/**
 * Broadcasting: axis i of the operand becomes axis `axes[i]` of the result, where its length is the same or it had one
 * element; the other axes of the result repeat it. Any dtype.
 */
export const expand: Operator<'expand'> = {
  free: true,
  infer: (operands, { shape, axes }) => {
    checkCount('expand', operands, ['x']);
    const [x] = operands;
    checkShape('expand', shape);
    checkPerAxis('expand', 'axes', axes, 'x', x, 0);
    checkAxes('expand', 'the result', { dtype: x.dtype, shape }, axes);
    if (axes.some((axis, i) => i > 0 && axis < axes[i - 1])) {
      throw refusal(
        'axis',
        'expand',
        `axes is ${formatShape(axes)}, but must ascend: transpose x first to bring its axes into the result's order.`,
        { axes, shape },
      );
    }
    axes.forEach((axis, i) => {
      if (x.shape[i] === shape[axis] || x.shape[i] === 1) return;
      throw refusal(
        'shape',
        'expand',
        `x has shape ${formatShape(x.shape)}: its axis ${i} of length ${x.shape[i]} cannot become axis ${axis} of ` +
          `${formatShape(shape)} with length ${shape[axis]}; only an axis of length 1 is repeated.`,
        { from: x.shape, to: shape, axes, axis: i },
      );
    });
    return [{ dtype: x.dtype, shape }];
  },
};
