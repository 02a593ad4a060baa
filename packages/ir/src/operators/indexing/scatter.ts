import type { OpName, ScatterMode } from '../../graph/graph.ts';
import { equalShapes, formatShape, formatType, type Shape, type TensorType } from '../../types/shape.ts';
import { checkAxis, checkCount, checkEqualDTypes } from '../infer-checks.ts';
import { checkIndexDType, refusal } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkPlaces, checkWithinOtherAxes } from './checks.ts';

/**
 * `x` with each element of `updates` joined to the element of `x` at the same index, with the place on one axis read
 * from `indices` (int32, 0 … length - 1). Updates of one place are joined in row-major order: with `set` the last one
 * stays. Any dtype; bool has no `add` and `mul`.
 */
export const scatterElements: Operator<'scatterElements'> = {
  infer: (operands, { axis, mode }) => {
    checkCount('scatterElements', operands, ['x', 'indices', 'updates']);
    const [x, indices, updates] = operands;
    checkIndexDType('scatterElements', 'indices', indices);
    checkAxis('scatterElements', 'x', x, axis);
    checkWithinOtherAxes('scatterElements', indices, x.shape, axis);
    checkUpdates('scatterElements', x, updates, indices.shape, mode);
    checkPlaces('scatterElements', indices, x.shape, [axis]);
    return [x];
  },
};

/**
 * `x` with slices joined to it: the last axis of `indices` (int32) holds a place for each of the first axes of `x`;
 * `updates` has the shape of `indices` without its last axis, then the axes of `x` that no place was given for.
 * Updates of one place are joined in row-major order: with `set` the last one stays. Any dtype; bool has no `add` and
 * `mul`.
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
        `indices is ${formatType(indices)}, but its last axis must give places for at least 1 and at most ` +
          `${x.shape.length} axes of x, ${formatType(x)}.`,
        { indices: indices.shape, shape: x.shape },
      );
    }
    checkUpdates('scatterND', x, updates, [...indices.shape.slice(0, -1), ...x.shape.slice(depth)], mode);
    checkPlaces(
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
      `updates has shape ${formatShape(updates.shape)}, but with x ${formatType(x)} and these indices it must have ` +
        `shape ${formatShape(expected)}.`,
      { updates: updates.shape, expected, shape: x.shape },
    );
  }
  if (x.dtype === 'bool' && (mode === 'add' || mode === 'mul')) {
    throw refusal(
      'dtype',
      op,
      `Mode ${mode} needs numbers, but x is ${formatType(x)}: use max for "or" and min for "and", or cast to int32.`,
      { dtype: x.dtype, mode },
    );
  }
}
