import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value, WindowAttributes } from '../../graph/graph.ts';
import { dtypes, isFloat } from '../../types/dtype.ts';
import { rowMajorStrides } from '../../types/shape.ts';
import type { Lowering } from '../lowering.ts';
import { axesFrom, lengthWithPadding } from './geometry.ts';
import { joinCells } from './join.ts';
import { padLastAxes } from './pad.ts';

export const maxPool: Lowering<'maxPool'> = {
  class: 'routine',
  body: (b, [x], attributes) => maxPoolBody(b, x, attributes),
};

/** Stands for the index of an element that is not the maximum; it is larger than every valid index. */
const NO_INDEX = dtypes.int32.max;

/** Computes the maximum of each window, and the smallest index of the elements that equal it. */
function maxPoolBody(b: GraphBuilder, x: Value, attributes: WindowAttributes): readonly Value[] {
  const { window, strides, padding, dilation } = attributes;
  const rank = window.length;
  const full = b.shape(x).length;
  const padded = padLastAxes(
    b,
    x,
    padding,
    window.map(() => 0),
    dtypes[b.dtype(x)].min,
  );
  const cells = b.windows(padded, window, strides, dilation);
  const values = joinCells(b, [cells], rank, 'max', ([cell]) => cell);
  const indexOfCell = b.expand(
    indicesOfCells(b, b.shape(x).slice(full - rank), attributes),
    b.shape(cells),
    axesFrom(full - rank, 2 * rank),
  );
  const indices = joinCells(b, [cells, indexOfCell], rank, 'min', ([cell, at]) => {
    const equal = b.equal(cell, b.expand(values, b.shape(cell), axesFrom(0, full)));
    const wins = isFloat(b.dtype(x)) ? b.or(equal, b.isNaN(cell)) : equal;
    return b.select(wins, at, b.full(at, NO_INDEX));
  });
  return [values, indices];
}

/**
 * Returns an array [o..., k...] of the index, within the pooled axes, of every element of every window; `NO_INDEX` for
 * padding.
 */
function indicesOfCells(b: GraphBuilder, lengths: readonly number[], attributes: WindowAttributes): Value {
  const { window, strides, padding, dilation } = attributes;
  const padded = lengths.map((length, axis) => lengthWithPadding(length, padding[axis]));
  const steps = rowMajorStrides(lengths);
  let index: Value | null = null;
  let inside: Value | null = null;
  for (const [axis, [low, high]] of padding.entries()) {
    const running = b.windows(b.iota('int32', padded, axis), window, strides, dilation);
    const at = b.sub(running, b.full(running, low));
    const offset = b.mul(at, b.full(at, steps[axis]));
    index = index === null ? offset : b.add(index, offset);
    const bounds: Value[] = [];
    if (low > 0) bounds.push(b.lessEqual(b.full(at, 0), at));
    if (high > 0) bounds.push(b.less(at, b.full(at, lengths[axis])));
    for (const bound of bounds) inside = inside === null ? bound : b.and(inside, bound);
  }
  if (index === null) return b.constant(0, 'int32');
  return inside === null ? index : b.select(inside, index, b.full(index, NO_INDEX));
}
