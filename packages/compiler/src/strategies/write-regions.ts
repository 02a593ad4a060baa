import { axisIndex, sizeOf } from '@manabi/ir';
import { type Assembly, openLoops } from '../kernel/assembly.ts';
import { type GroupWriter, groupName } from '../kernel/group-writer.ts';
import { probedIndex } from '../kernel/piece-indices.ts';
import type { Kernel } from '../plan/kernel.ts';
import { bindsAtOnce } from './binds-at-once.ts';
import { allOf, findIndex, solvable } from './solve-index.ts';

/**
 * Returns true if an assembled result can be computed by a loop over its elements, each of which selects the piece that
 * covers it. This requires that the index in each piece can be computed from the index in the result, and that one step
 * may bind all pieces. Returns false if the result uses the memory of its background, because then only the pieces must
 * be written.
 */
export function canSelectRegions({ plan, group }: GroupWriter, { node, shape, isUpdate, pieces }: Assembly): boolean {
  const { graph } = plan;
  if (isUpdate || !bindsAtOnce(plan, group)) return false;
  return pieces.every((piece) => {
    const { shape: from } = graph.types[node.operands[piece.operand]];
    if (piece.overlapping || piece.combine !== 'set' || from.length !== shape.length) return false;
    return probedIndex(piece, from).every((coordinate, axis) => solvable(coordinate, axis) !== null);
  });
}

/**
 * Writes one loop nest over an assembled result. Each element is taken from the last piece that covers it, or from the
 * background if no piece does.
 */
export function writeRegions(group: GroupWriter, { node, result, shape, order, background, pieces }: Assembly): Kernel {
  const { writer, plan } = group;
  const index = openLoops(writer, shape, order, () => 'parallel');
  const expressions = group.expressions();
  let chosen: number | null = null;
  if (background !== null) {
    const isScalar = plan.graph.types[background].shape.length === 0;
    chosen = expressions.element(background, isScalar ? [] : index);
  }
  for (const piece of pieces) {
    const operand = node.operands[piece.operand];
    const { shape: from } = plan.graph.types[operand];
    if (sizeOf(from) === 0) continue;
    const axes = from.map((extent, axis) => axisIndex(axis, extent));
    const found = piece.target(expressions.contextOf(node), axes).map((coordinate, axis) => {
      const equation = solvable(coordinate, axis);
      if (equation === null) throw new Error(`A piece of ${node.op} has no solvable index.`);
      return findIndex(writer, index[axis], from[axis], equation);
    });
    const element = expressions.element(
      operand,
      found.map((each) => each.index),
    );
    const isInside = allOf(
      writer,
      found.map((each) => each.isInside),
    );
    // Without a background, the pieces cover the whole result, so an element that no later piece covers is in the first
    // piece.
    chosen =
      chosen === null || isInside === null ? element : writer.scalar('select', [isInside, element, chosen], undefined);
  }
  if (chosen !== null) group.store(result, index, chosen);
  for (let i = 0; i < shape.length; i++) writer.closeLoop();
  return writer.finish(groupName(group.group));
}
