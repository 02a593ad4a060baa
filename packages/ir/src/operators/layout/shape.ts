import { formatShape, sizeOf } from '../../types/shape.ts';
import { checkAxes, checkCount, checkShape } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';
import { checkPerAxis, refusal } from './checks.ts';

/** y = the elements of x in row-major order, with another shape of equal size (ONNX Reshape). Every dtype. */
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
        `Shape ${formatShape(x.shape)} (${sizeOf(x.shape)} elements) cannot be reshaped to ${formatShape(shape)} ` +
          `(${sizeOf(shape)}). Choose a shape of ${sizeOf(x.shape)} elements.`,
        { from: x.shape, to: shape },
      );
    }
    return [{ dtype: x.dtype, shape }];
  },
};

/** y = x with permuted axes: axis i of y is axis `permutation[i]` of x (ONNX Transpose). Every dtype. */
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
 * y = x broadcast to `shape` (ONNX Expand, XLA BroadcastInDim). Axis i of x becomes axis `axes[i]` of y and has the
 * same length or length 1; y repeats x along all other axes. Every dtype.
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
        `\`axes\` must be in ascending order; got ${formatShape(axes)}. Transpose x first to bring its axes into the order of the result.`,
        { axes, shape },
      );
    }
    axes.forEach((axis, i) => {
      if (x.shape[i] === shape[axis] || x.shape[i] === 1) return;
      throw refusal(
        'shape',
        'expand',
        `Axis ${i} of x, ${formatShape(x.shape)}, cannot expand from length ${x.shape[i]} to ${shape[axis]}, axis ${axis} of ` +
          `${formatShape(shape)}. Only axes of length 1 can be repeated.`,
        { from: x.shape, to: shape, axes, axis: i },
      );
    });
    return [{ dtype: x.dtype, shape }];
  },
};
