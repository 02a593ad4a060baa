import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { sizeOf } from '../../types/shape.ts';
import { axesFrom, indicesOf } from './geometry.ts';

/** How the elements of a window become one. */
export type CellJoin = 'sum' | 'max' | 'min';

/** Windows of up to so many elements are joined element by element, without a loop for each of them. */
const FEW_CELLS = 9;

/**
 * What `of` makes of the elements of windows, joined in row-major order. The windows are the last `rank` axes of the
 * operands, as `windows` gives them, and vanish; `of` gets all elements at once, or one of each window.
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
  const places = shape.slice(0, lead);
  const steps = shape.map(() => 1);
  const parts = indicesOf(size).map((cell) => {
    const start = [...places.map(() => 0), ...cell];
    const limit = [...places, ...cell.map((at) => at + 1)];
    return of(operands.map((operand) => b.reshape(b.slice(operand, start, limit, steps), places)));
  });
  return parts.reduce((joined, part) => {
    if (join === 'sum') return b.add(joined, part);
    return join === 'max' ? b.max(joined, part) : b.min(joined, part);
  });
}
