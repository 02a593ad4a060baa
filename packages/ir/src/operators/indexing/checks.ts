import type { OpName } from '../../graph/graph.ts';
import { formatShape, formatType, type Shape, sizeOf, type TensorType } from '../../types/shape.ts';
import { refusal } from '../layout/checks.ts';

/**
 * Checks that indexed axes are not empty, because no index would be valid. If there are no indices, empty axes are
 * allowed.
 *
 * @throws ManabiError `shape`
 */
export function checkIndexable(op: OpName, indices: TensorType, shape: Shape, axes: readonly number[]): void {
  const empty = axes.find((axis) => shape[axis] === 0);
  if (empty === undefined || sizeOf(indices.shape) === 0) return;
  throw refusal(
    'shape',
    op,
    `\`indices\` must be empty, because axis ${empty} of x, ${formatShape(shape)}, has no elements; got ` +
      `${formatType(indices)}. Skip empty tensors.`,
    { indices: indices.shape, shape, axis: empty },
  );
}

/**
 * Checks that `indices` has the rank of `x` and is not longer than `x` on any axis except `axis`.
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
    `\`indices\` must have the rank of x, ${formatShape(shape)}, and must not be longer on any axis except ${axis}; got ` +
      `${formatShape(indices.shape)}. Reshape or slice \`indices\`.`,
    { indices: indices.shape, shape, axis },
  );
}
