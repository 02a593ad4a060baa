import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { sizeOf } from '../../types/shape.ts';
import { axesFrom, indicesOf } from './geometry.ts';

/** Operation by which the elements of a window are combined. */
export type CellJoin = 'sum' | 'max' | 'min';

/** The elements of windows of at most this size are combined by separate operators instead of a reduction. */
const FEW_CELLS = 9;

/**
 * Applies the function `of` to the elements of windows, and combines the results of each window in row-major order. The
 * windows are the last `rank` axes of the operands, as the operator `windows` returns them, and are removed. `of` is
 * called either once, with the complete operands, or once for each position in a window, with the elements of all
 * windows at that position.
 */
export function joinCells(
  b: GraphBuilder,
  operands: readonly Value[],
  rank: number,
  join: CellJoin,
  of: (cells: readonly Value[]) => Value,
): Value {
  const shape = b.shape(operands[0]);
  const lead = shape.length - rank;
  const size = shape.slice(lead);
  if (sizeOf(size) > FEW_CELLS) {
    const axes = axesFrom(lead, rank);
    if (join === 'sum') return b.reduceSum(of(operands), axes);
    return join === 'max' ? b.reduceMax(of(operands), axes) : b.reduceMin(of(operands), axes);
  }
  const outer = shape.slice(0, lead);
  const steps = shape.map(() => 1);
  const parts = indicesOf(size).map((cell) => {
    const start = [...outer.map(() => 0), ...cell];
    const limit = [...outer, ...cell.map((at) => at + 1)];
    return of(operands.map((operand) => b.reshape(b.slice(operand, start, limit, steps), outer)));
  });
  return parts.reduce((joined, part) => {
    if (join === 'sum') return b.add(joined, part);
    return join === 'max' ? b.max(joined, part) : b.min(joined, part);
  });
}
