import { axisIndex, type ElementContext, linearIndex, type Piece } from '@manabi/ir';
import { lowered } from './element.ts';
import { type GroupWriter, groupName, slotOf } from './group-writer.ts';
import type { Kernel } from './kernel.ts';

/** The kernel that fills a result with its background and writes the pieces over it, one after the other. */
export function writeAssemble(group: GroupWriter): Kernel {
  const writer = group.writer;
  const { graph } = group.plan;
  const { node } = group.group.members[0].stage;
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'assemble') throw new Error(`${node.op} does not assemble.`);
  const [result] = node.results;
  const { shape } = graph.types[result];
  const slot = slotOf(group.plan, result);
  const background = lowering.background === null ? undefined : node.operands[lowering.background];
  if (background !== undefined && group.plan.overwrites.get(result) !== background) {
    const index = shape.map((extent) => axisIndex(writer.openLoop({ extent, kind: 'parallel' }), extent));
    const scalar = group.expressions().element(background, graph.types[background].shape.length === 0 ? [] : index);
    writer.store(slot, linearIndex(index, shape), scalar);
    for (let i = 0; i < shape.length; i++) writer.closeLoop();
  }
  for (const piece of lowering.pieces(facts)) {
    const operand = node.operands[piece.operand];
    const from = graph.types[operand].shape;
    const kinds = from.map((_, axis) =>
      piece.overlapping && !keepsApart(piece, from, axis) ? 'sequential' : 'parallel',
    );
    const index = from.map((extent, axis) => axisIndex(writer.openLoop({ extent, kind: kinds[axis] }), extent));
    const expressions = group.expressions();
    const place = piece.place(expressions.contextOf(node), index);
    writer.store(slot, linearIndex(place, shape), expressions.element(operand, index), piece.combine);
    for (let i = 0; i < from.length; i++) writer.closeLoop();
  }
  return writer.finish(groupName(group.group));
}

/** True if elements that differ along the axis never go to the same place, whatever the data says. */
function keepsApart(piece: Piece, shape: readonly number[], axis: number): boolean {
  const index = shape.map((extent, i) => axisIndex(i, extent));
  const place = piece.place(probe, index);
  // The axis alone decides one coordinate of the place.
  return place.some(
    (coordinate) =>
      coordinate.terms.length === 1 &&
      coordinate.terms[0].atom.kind === 'axis' &&
      coordinate.terms[0].atom.axis === axis,
  );
}

const probe: ElementContext<number> = {
  operand: () => 0,
  constant: () => 0,
  instruction: () => 0,
  fromIndex: () => 0,
  toIndex: (_scalar, extent) => ({ constant: 0, terms: [{ atom: { kind: 'data', scalar: -1, extent }, factor: 1 }] }),
};
