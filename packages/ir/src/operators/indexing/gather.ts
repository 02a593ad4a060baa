import { formatShape, formatType } from '../../types/shape.ts';
import { checkAxis, checkCount } from '../infer-checks.ts';
import { checkIndexDType, refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkIndexable, checkWithinOtherAxes } from './checks.ts';

/**
 * y = x[…, indices, …] at `axis` (ONNX Gather, NumPy take): the axes of `indices` replace `axis`.
 *
 * `indices` is int32 with values in 0 … length - 1. Every dtype of `x`.
 */
export const gather: Operator<'gather'> = {
  free: true,
  infer: (operands, { axis }) => {
    checkCount('gather', operands, ['x', 'indices']);
    const [x, indices] = operands;
    checkIndexDType('gather', 'indices', indices);
    checkAxis('gather', 'x', x, axis);
    checkIndexable('gather', indices, x.shape, [axis]);
    return [resultType('gather', x.dtype, x.shape.toSpliced(axis, 1, ...indices.shape))];
  },
};

/**
 * y[i, j, …] = x[indices[i, j, …], j, …] for axis 0; for another axis, the index replaces that coordinate (ONNX
 * GatherElements, NumPy take_along_axis).
 *
 * `indices` is int32 with values in 0 … length - 1; the result has its shape. Every dtype of `x`.
 */
export const gatherElements: Operator<'gatherElements'> = {
  free: true,
  infer: (operands, { axis }) => {
    checkCount('gatherElements', operands, ['x', 'indices']);
    const [x, indices] = operands;
    checkIndexDType('gatherElements', 'indices', indices);
    checkAxis('gatherElements', 'x', x, axis);
    checkWithinOtherAxes('gatherElements', indices, x.shape, axis);
    checkIndexable('gatherElements', indices, x.shape, [axis]);
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
};

/**
 * y[i] = x[indices[i]] (ONNX GatherND): each row of `indices` along its last axis is an index on the axes of `x` after
 * the first `batchDims` axes. Those first axes are batch axes of both operands.
 *
 * The result has the shape of `indices` without its last axis, then the remaining axes of `x`. `indices` is int32.
 * Every dtype of `x`.
 */
export const gatherND: Operator<'gatherND'> = {
  free: true,
  infer: (operands, { batchDims }) => {
    checkCount('gatherND', operands, ['x', 'indices']);
    const [x, indices] = operands;
    checkIndexDType('gatherND', 'indices', indices);
    const rank = indices.shape.length;
    if (!Number.isInteger(batchDims) || batchDims < 0 || batchDims >= Math.min(x.shape.length, rank)) {
      throw refusal(
        'attribute',
        'gatherND',
        `\`batchDims\` must be an integer of at least 0 and below the ranks of x, ${formatType(x)}, and indices, ` +
          `${formatType(indices)}; got ${batchDims}.`,
        { batchDims, shape: x.shape, indices: indices.shape },
      );
    }
    const batch = indices.shape.slice(0, batchDims);
    if (batch.some((length, axis) => length !== x.shape[axis])) {
      throw refusal(
        'shape',
        'gatherND',
        `The first ${batchDims} axes of indices must equal those of x, ${formatShape(x.shape)}; got ` +
          `${formatShape(indices.shape)}. Reshape indices or change batchDims.`,
        { batchDims, shape: x.shape, indices: indices.shape },
      );
    }
    const depth = indices.shape[rank - 1];
    if (depth < 1 || depth > x.shape.length - batchDims) {
      throw refusal(
        'shape',
        'gatherND',
        `The last axis of indices must have length 1 to ${x.shape.length - batchDims}, the number of axes of x, ` +
          `${formatShape(x.shape)}, after batchDims; got ${formatShape(indices.shape)} with length ${depth}.`,
        { depth, batchDims, shape: x.shape, indices: indices.shape },
      );
    }
    const indexed = Array.from({ length: depth }, (_, i) => batchDims + i);
    checkIndexable('gatherND', indices, x.shape, indexed);
    const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(batchDims + depth)];
    return [resultType('gatherND', x.dtype, shape)];
  },
};
