import type { Attributes, DType, Shape } from '@manabi/ir';
import { mergeAxes, type StridedView } from '../../graph/strided-view.ts';
import type { DotAttributes, DotOperand } from './attributes.ts';

/**
 * Returns the attributes of a `dot` node as batched matrix products. Axes are merged where the strides of both operands
 * allow it.
 */
export function contractionOf(
  dtype: DType,
  { batch, contract }: Attributes['dot'],
  [leftShape, rightShape]: readonly Shape[],
  [left, right]: readonly StridedView[],
): DotAttributes {
  const freeAxes = (shape: Shape, view: StridedView, used: readonly number[]) =>
    mergeAxes(
      shape.flatMap((extent, axis) => (used.includes(axis) ? [] : [{ extent, strides: [view.strides[axis]] }])),
    );
  const pairs = [...batch, ...contract];
  const rows = freeAxes(
    leftShape,
    left,
    pairs.map(([axis]) => axis),
  );
  const columns = freeAxes(
    rightShape,
    right,
    pairs.map(([, axis]) => axis),
  );
  // Terms may be summed in any order. Following the memory of the left operand is fastest and allows the most axes to
  // be merged.
  const contracted = mergeAxes(
    contract
      .map(([i, j]) => ({ extent: leftShape[i], strides: [left.strides[i], right.strides[j]] }))
      .sort((a, b) => b.strides[0] - a.strides[0] || b.strides[1] - a.strides[1]),
  );
  const operand = (side: 0 | 1, view: StridedView, free: typeof rows): DotOperand => ({
    offset: view.offset,
    batchStrides: batch.map((pair) => view.strides[pair[side]]),
    freeStrides: free.map(({ strides }) => strides[0]),
    contractStrides: contracted.map(({ strides }) => strides[side]),
  });
  return {
    dtype,
    batch: batch.map(([axis]) => leftShape[axis]),
    rows: rows.map(({ extent }) => extent),
    columns: columns.map(({ extent }) => extent),
    contract: contracted.map(({ extent }) => extent),
    left: operand(0, left, rows),
    right: operand(1, right, columns),
  };
}
