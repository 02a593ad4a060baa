import type { Piece } from '@manabi/ir';
import type { Axis, Kernel } from '../plan/kernel.ts';
import type { Group } from '../stages/group.ts';
import { type Assembly, assemblyOf, openLoops } from './assembly.ts';
import { type Generation, GroupWriter, groupName } from './group-writer.ts';
import { axesKeptApart } from './piece-indices.ts';

/**
 * Returns the kernels that assemble a result: a single kernel copies the background and then writes the pieces, unless
 * a strategy of the target writes other kernels.
 */
export function writeAssemble(plan: Generation, group: Group): readonly Kernel[] {
  const others = plan.assemble?.(plan, group);
  if (others) return others;
  const assembly = assemblyOf(plan, group);
  const writer = new GroupWriter(plan, group);
  writeFill(writer, assembly);
  for (const piece of assembly.pieces) writePiece(writer, assembly, piece);
  return [writer.writer.finish(groupName(group))];
}

/** Writes a loop nest that copies the background, unless the result uses its memory. */
export function writeFill(group: GroupWriter, { result, shape, order, background, isUpdate }: Assembly): void {
  if (background === null || isUpdate) return;
  const { graph } = group.plan;
  const index = openLoops(group.writer, shape, order, () => 'parallel');
  const isScalar = graph.types[background].shape.length === 0;
  group.store(result, index, group.expressions().element(background, isScalar ? [] : index));
  for (let i = 0; i < shape.length; i++) group.writer.closeLoop();
}

/** Writes a loop nest that writes one piece. */
export function writePiece(group: GroupWriter, { node, result, shape, order }: Assembly, piece: Piece): void {
  const { graph, target } = group.plan;
  const operand = node.operands[piece.operand];
  const from = graph.types[operand].shape;
  const along = from.length === shape.length ? order : from.map((_, axis) => axis);
  const apart = piece.overlapping ? axesKeptApart(piece, from) : null;
  const kindOf = (axis: number): Axis['kind'] => (apart?.has(axis) === false ? 'sequential' : 'parallel');
  // Along these axes, two elements are never written to the same index, so loops over them may run in any order. They
  // become the outermost loops, which run in parallel.
  const outside = target.parallelTasks > 1 ? along.filter((axis) => kindOf(axis) === 'parallel') : [];
  const inOrder = [...outside, ...along.filter((axis) => !outside.includes(axis))];
  const index = openLoops(group.writer, from, inOrder, kindOf);
  const expressions = group.expressions();
  const destination = piece.target(expressions.contextOf(node), index);
  group.store(result, destination, expressions.element(operand, index), piece.combine);
  for (let i = 0; i < from.length; i++) group.writer.closeLoop();
}
