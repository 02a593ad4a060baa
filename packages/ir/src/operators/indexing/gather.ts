import { formatShape, formatType } from '../../types/shape.ts';
import { checkAxis, checkCount } from '../infer-checks.ts';
import { checkIndexDType, refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkPlaces, checkWithinOtherAxes } from './checks.ts';

/**
 * Whole slices of `x` at places along one axis: the axis is replaced by the axes of `indices` (int32, 0 … length - 1).
 * Any dtype.
 */
export const gather: Operator<'gather'> = {
  free: true,
  infer: (operands, { axis }) => {
    checkCount('gather', operands, ['x', 'indices']);
    const [x, indices] = operands;
    checkIndexDType('gather', 'indices', indices);
    checkAxis('gather', 'x', x, axis);
    checkPlaces('gather', indices, x.shape, [axis]);
    return [resultType('gather', x.dtype, x.shape.toSpliced(axis, 1, ...indices.shape))];
  },
};

/**
 * Element by element: the element of the result at an index is that of `x` at the same index, with the place on one
 * axis read from `indices` (int32, 0 … length - 1), which has the result's shape. Any dtype.
 */
export const gatherElements: Operator<'gatherElements'> = {
  free: true,
  infer: (operands, { axis }) => {
    checkCount('gatherElements', operands, ['x', 'indices']);
    const [x, indices] = operands;
    checkIndexDType('gatherElements', 'indices', indices);
    checkAxis('gatherElements', 'x', x, axis);
    checkWithinOtherAxes('gatherElements', indices, x.shape, axis);
    checkPlaces('gatherElements', indices, x.shape, [axis]);
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
};

/**
 * Slices of `x` at places on several axes: the last axis of `indices` (int32) holds a place for each of the axes that
 * follow the first `batchDims`, which both operands share. The result has the shape of `indices` without its last
 * axis, then the axes of `x` that no place was given for. Any dtype.
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
        `batchDims is ${batchDims}, but must be an integer of at least 0 and below the ranks of both x, ` +
          `${formatType(x)}, and indices, ${formatType(indices)}.`,
        { batchDims, shape: x.shape, indices: indices.shape },
      );
    }
    const batch = indices.shape.slice(0, batchDims);
    if (batch.some((length, axis) => length !== x.shape[axis])) {
      throw refusal(
        'shape',
        'gatherND',
        `With batchDims ${batchDims}, the first axes of indices ${formatShape(indices.shape)} must be those of x ` +
          `${formatShape(x.shape)}.`,
        { batchDims, shape: x.shape, indices: indices.shape },
      );
    }
    const depth = indices.shape[rank - 1];
    if (depth < 1 || depth > x.shape.length - batchDims) {
      throw refusal(
        'shape',
        'gatherND',
        `The last axis of indices ${formatShape(indices.shape)} gives places for ${depth} axes of x, but x with shape ` +
          `${formatShape(x.shape)} has ${x.shape.length - batchDims} axes for them: give at least 1 and at most that.`,
        { depth, batchDims, shape: x.shape, indices: indices.shape },
      );
    }
    const indexed = Array.from({ length: depth }, (_, i) => batchDims + i);
    checkPlaces('gatherND', indices, x.shape, indexed);
    const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(batchDims + depth)];
    return [resultType('gatherND', x.dtype, shape)];
  },
};
