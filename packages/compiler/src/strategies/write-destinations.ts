import { axisIndex, type IndexExpr, sizeOf } from '@manabi/ir';
import { type Assembly, openLoops } from '../kernel/assembly.ts';
import { type GroupWriter, groupName } from '../kernel/group-writer.ts';
import { axesKeptApart, probedIndex } from '../kernel/piece-indices.ts';
import type { Kernel } from '../plan/kernel.ts';
import { allOf, type FoundIndex, findIndex, solvable } from './solve-index.ts';

/**
 * Returns true if a scatter should be computed by a loop over the elements of the result, each of which searches for
 * its updates. This is the case if a loop over the updates has too few iterations that can run in parallel for the
 * target, and the search needs few comparisons.
 */
export function canScatterByDestination({ plan }: GroupWriter, { node, shape, pieces }: Assembly): boolean {
  const { parallelTasks, costs } = plan.target;
  const [piece, ...others] = pieces;
  if (piece === undefined || !piece.overlapping || others.length > 0) return false;
  const from = plan.graph.types[node.operands[piece.operand]].shape;
  if (sizeOf(from) === 0) return false;
  const apart = axesKeptApart(piece, from);
  const extents = (isApart: boolean): number => sizeOf(from.filter((_, axis) => apart.has(axis) === isApart));
  return extents(true) < parallelTasks && sizeOf(shape) * extents(false) <= costs.mostComparisons;
}

/**
 * Writes one loop nest over the elements of a scattered result. Each element searches for its updates and combines them
 * in order, so that parallel iterations write different elements and the result is deterministic.
 */
export function writeScatterByDestination(
  group: GroupWriter,
  { node, result, shape, order, background, pieces: [piece] }: Assembly,
): Kernel {
  if (background === null) throw new Error(`${node.op} has no background.`);
  const { writer, plan } = group;
  const operand = node.operands[piece.operand];
  const { shape: from, dtype } = plan.graph.types[operand];
  const wrapped = shape.length === 0 && !plan.target.nestsInOrder;
  if (wrapped) writer.openLoop({ extent: 1, kind: 'parallel' });
  const index = openLoops(writer, shape, order, () => 'parallel');
  const expressions = group.expressions();
  const accumulator = writer.begin(dtype, 0);
  writer.assign(accumulator, expressions.element(background, index));

  const apart = axesKeptApart(piece, from);
  const probed = probedIndex(piece, from);
  const found = new Map<number, FoundIndex>();
  for (const [axis, coordinate] of apart) {
    const equation = solvable(probed[coordinate], axis);
    if (equation === null) throw new Error(`An axis of ${node.op} has no solvable index.`);
    found.set(axis, findIndex(writer, index[coordinate], from[axis], equation));
  }
  const loops = from.map((_, axis) => axis).filter((axis) => !apart.has(axis));
  const update = from.map((extent, axis): IndexExpr => {
    const known = found.get(axis);
    return known === undefined ? axisIndex(writer.openLoop({ extent, kind: 'sequential' }), extent) : known.index;
  });
  const decided = new Set(apart.values());
  const reached = piece.target(expressions.contextOf(node), update);
  const matches = reached.map((at, coordinate) =>
    decided.has(coordinate)
      ? null
      : writer.scalar('equal', [writer.index(at), writer.index(index[coordinate])], undefined),
  );
  const isMine = allOf(writer, [...[...found.values()].map(({ isInside }) => isInside), ...matches]);
  const existing = writer.readAccumulator(accumulator);
  const element = expressions.element(operand, update);
  const joined = piece.combine === 'set' ? element : writer.scalar(piece.combine, [existing, element], undefined);
  writer.assign(accumulator, isMine === null ? joined : writer.scalar('select', [isMine, joined, existing], undefined));
  for (let i = 0; i < loops.length; i++) writer.closeLoop();
  group.store(result, index, writer.readAccumulator(accumulator));
  for (let i = wrapped ? -1 : 0; i < shape.length; i++) writer.closeLoop();
  return writer.finish(groupName(group.group));
}
