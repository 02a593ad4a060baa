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

/** Stands for the place of an element that is not the largest: larger than every place. */
const NOWHERE = dtypes.int32.max;

/** The first of the largest elements is the one with the smallest place, since windows are read in row-major order. */
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
  const places = b.expand(
    placesOfCells(b, b.shape(x).slice(full - rank), attributes),
    b.shape(cells),
    axesFrom(full - rank, 2 * rank),
  );
  const indices = joinCells(b, [cells, places], rank, 'min', ([cell, place]) => {
    const equal = b.equal(cell, b.expand(values, b.shape(cell), axesFrom(0, full)));
    const wins = isFloat(b.dtype(x)) ? b.or(equal, b.isNaN(cell)) : equal;
    return b.select(wins, place, b.full(place, NOWHERE));
  });
  return [values, indices];
}

/** [o..., k...]: the place in the pooled axes of the element of each window; NOWHERE on padding. */
function placesOfCells(b: GraphBuilder, lengths: readonly number[], attributes: WindowAttributes): Value {
  const { window, strides, padding, dilation } = attributes;
  const padded = lengths.map((length, axis) => lengthWithPadding(length, padding[axis]));
  const steps = rowMajorStrides(lengths);
  let place: Value | null = null;
  let inside: Value | null = null;
  for (const [axis, [low, high]] of padding.entries()) {
    const running = b.windows(b.iota('int32', padded, axis), window, strides, dilation);
    const at = b.sub(running, b.full(running, low));
    const offset = b.mul(at, b.full(at, steps[axis]));
    place = place === null ? offset : b.add(place, offset);
    const bounds: Value[] = [];
    if (low > 0) bounds.push(b.lessEqual(b.full(at, 0), at));
    if (high > 0) bounds.push(b.less(at, b.full(at, lengths[axis])));
    for (const bound of bounds) inside = inside === null ? bound : b.and(inside, bound);
  }
  if (place === null) return b.constant(0, 'int32');
  return inside === null ? place : b.select(inside, place, b.full(place, NOWHERE));
}
