import { axisIndex, dataIndex, type ElementContext, type IndexExpr, type Piece, type Shape } from '@manabi/ir';
import { lowered } from '../graph/element.ts';
import { axesInMemory } from '../graph/memory-order.ts';
import type { Axis, Kernel } from '../plan/kernel.ts';
import { type GroupWriter, groupName } from './group-writer.ts';
import type { KernelWriter } from './kernel-writer.ts';

/** The kernel that fills a result with its background and writes the pieces over it, one after the other. */
export function writeAssemble(group: GroupWriter): Kernel {
  const writer = group.writer;
  const { graph } = group.plan;
  const { node } = group.group.members[0].stage;
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'assemble') throw new Error(`${node.op} does not assemble.`);
  const [result] = node.results;
  const { shape } = graph.types[result];
  const order = axesInMemory(group.plan.orders, result, shape);
  const background = lowering.background === null ? undefined : node.operands[lowering.background];
  if (background !== undefined && group.plan.overwrites.get(result) !== background) {
    const index = openLoops(writer, shape, order, () => 'parallel');
    const scalar = group.expressions().element(background, graph.types[background].shape.length === 0 ? [] : index);
    group.store(result, index, scalar);
    for (let i = 0; i < shape.length; i++) writer.closeLoop();
  }
  for (const piece of lowering.pieces(facts)) {
    const operand = node.operands[piece.operand];
    const from = graph.types[operand].shape;
    const along = from.length === shape.length ? order : from.map((_, axis) => axis);
    const index = openLoops(writer, from, along, (axis) =>
      piece.overlapping && !keepsApart(piece, from, axis) ? 'sequential' : 'parallel',
    );
    const expressions = group.expressions();
    const place = piece.place(expressions.contextOf(node), index);
    group.store(result, place, expressions.element(operand, index), piece.combine);
    for (let i = 0; i < from.length; i++) writer.closeLoop();
  }
  return writer.finish(groupName(group.group));
}

/** Opens a loop for each axis of a shape, in memory order; gives the place that they have reached. */
function openLoops(
  writer: KernelWriter,
  shape: Shape,
  order: readonly number[],
  kindOf: (axis: number) => Axis['kind'],
): IndexExpr[] {
  const index = new Array<IndexExpr>(shape.length);
  for (const axis of order) {
    const extent = shape[axis];
    index[axis] = axisIndex(writer.openLoop({ extent, kind: kindOf(axis) }), extent);
  }
  return index;
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
  toIndex: (_scalar, extent) => dataIndex(-1, extent),
};
