import type { OpName, ScatterMode } from '../../graph/graph.ts';
import { equalShapes, formatShape, formatType, type Shape, type TensorType } from '../../types/shape.ts';
import { checkAxis, checkCount, checkEqualDTypes } from '../infer-checks.ts';
import { checkIndexDType, refusal } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkIndexable, checkWithinOtherAxes } from './checks.ts';

/**
 * y = x with y[indices[i, j, …], j, …] combined with updates[i, j, …] by `mode`, for axis 0; for another axis, the
 * index replaces that coordinate (ONNX ScatterElements).
 *
 * Several updates of the same element apply in row-major order, so with `set` the last one remains. `indices` is int32
 * with values in 0 … length - 1. Every dtype of `x`; bool supports `set`, `max` and `min`.
 */
export const scatterElements: Operator<'scatterElements'> = {
  infer: (operands, { axis, mode }) => {
    checkCount('scatterElements', operands, ['x', 'indices', 'updates']);
    const [x, indices, updates] = operands;
    checkIndexDType('scatterElements', 'indices', indices);
    checkAxis('scatterElements', 'x', x, axis);
    checkWithinOtherAxes('scatterElements', indices, x.shape, axis);
    checkUpdates('scatterElements', x, updates, indices.shape, mode);
    checkIndexable('scatterElements', indices, x.shape, [axis]);
    return [x];
  },
};

/**
 * y = x with y[indices[i]] combined with updates[i] by `mode` (ONNX ScatterND): each row of `indices` along its last
 * axis is an index on the first axes of `x`.
 *
 * `updates` has the shape of `indices` without its last axis, then the remaining axes of `x`. Several updates of the
 * same element apply in row-major order, so with `set` the last one remains. `indices` is int32. Every dtype of `x`;
 * bool supports `set`, `max` and `min`.
 */
export const scatterND: Operator<'scatterND'> = {
  infer: (operands, { mode }) => {
    checkCount('scatterND', operands, ['x', 'indices', 'updates']);
    const [x, indices, updates] = operands;
    checkIndexDType('scatterND', 'indices', indices);
    const depth = indices.shape.at(-1);
    if (depth === undefined || depth < 1 || depth > x.shape.length) {
      throw refusal(
        'shape',
        'scatterND',
        `The last axis of indices must have length 1 to ${x.shape.length}, the rank of x, ${formatType(x)}; got ` +
          `${formatType(indices)}.`,
        { indices: indices.shape, shape: x.shape },
      );
    }
    checkUpdates('scatterND', x, updates, [...indices.shape.slice(0, -1), ...x.shape.slice(depth)], mode);
    checkIndexable(
      'scatterND',
      indices,
      x.shape,
      Array.from({ length: depth }, (_, axis) => axis),
    );
    return [x];
  },
};

function checkUpdates(op: OpName, x: TensorType, updates: TensorType, expected: Shape, mode: ScatterMode): void {
  checkEqualDTypes(op, [x, updates], ['x', 'updates']);
  if (!equalShapes(updates.shape, expected)) {
    throw refusal(
      'shape',
      op,
      `\`updates\` must have shape ${formatShape(expected)} for x, ${formatType(x)}, and these indices; got ` +
        `${formatShape(updates.shape)}. Reshape \`updates\`.`,
      { updates: updates.shape, expected, shape: x.shape },
    );
  }
  if (x.dtype === 'bool' && (mode === 'add' || mode === 'mul')) {
    throw refusal(
      'dtype',
      op,
      `Mode '${mode}' requires a numeric dtype; x is ${formatType(x)}. Use 'max' for "or", 'min' for "and", or cast to int32.`,
      { dtype: x.dtype, mode },
    );
  }
}
