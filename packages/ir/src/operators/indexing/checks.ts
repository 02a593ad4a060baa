import type { OpName } from '../../graph/graph.ts';
import { formatShape, formatType, type Shape, sizeOf, type TensorType } from '../../types/shape.ts';
import { refusal } from '../layout/checks.ts';

/**
 * Checks that there is a place to point at, if there is an index at all.
 *
 * @throws ManabiError `shape`
 */
export function checkPlaces(op: OpName, indices: TensorType, shape: Shape, axes: readonly number[]): void {
  const empty = axes.find((axis) => shape[axis] === 0);
  if (empty === undefined || sizeOf(indices.shape) === 0) return;
  throw refusal(
    'shape',
    op,
    `indices is ${formatType(indices)}, but x has shape ${formatShape(shape)}, whose axis ${empty} has no element to ` +
      'point at.',
    { indices: indices.shape, shape, axis: empty },
  );
}

/**
 * Checks that `indices` has the rank of `x` and, but on `axis`, is nowhere longer.
 *
 * @throws ManabiError `shape`
 */
export function checkWithinOtherAxes(op: OpName, indices: TensorType, shape: Shape, axis: number): void {
  const fits =
    indices.shape.length === shape.length && indices.shape.every((length, i) => i === axis || length <= shape[i]);
  if (fits) return;
  throw refusal(
    'shape',
    op,
    `indices has shape ${formatShape(indices.shape)}, but x has shape ${formatShape(shape)}: indices needs as many ` +
      `axes as x, and no axis but axis ${axis} may be longer than that of x.`,
    { indices: indices.shape, shape, axis },
  );
}
