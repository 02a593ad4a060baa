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
  for (const pieces of nestsOf(plan, assembly)) writePieces(writer, assembly, pieces);
  return [writer.writer.finish(groupName(group))];
}

/** Largest number of pieces that one loop nest writes, so that a processor can follow all streams of memory. */
const mostPieces = 8;

/**
 * Returns the pieces that each loop nest writes. Pieces of one shape that the kernel computes have a loop nest in common, because
 * they are often computed from the same values, such as the gradients of the gates of a recurrent cell.
 */
function nestsOf({ graph, roots }: Generation, { node, background, pieces }: Assembly): readonly (readonly Piece[])[] {
  const shapes = pieces.map(({ operand }) => {
    const value = node.operands[operand];
    return roots.has(value) ? null : graph.types[value].shape.join();
  });
  const isJoint = background === null && pieces.length <= mostPieces && shapes[0] !== null;
  return isJoint && new Set(shapes).size === 1 ? [pieces] : pieces.map((piece) => [piece]);
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

/** Writes a loop nest that writes pieces of one shape. Only a single piece may be overlapping. */
export function writePieces(
  group: GroupWriter,
  { node, result, shape, order }: Assembly,
  pieces: readonly Piece[],
): void {
  const { graph, target } = group.plan;
  const [piece] = pieces;
  const from = graph.types[node.operands[piece.operand]].shape;
  const along = from.length === shape.length ? order : from.map((_, axis) => axis);
  const apart = piece.overlapping ? axesKeptApart(piece, from) : null;
  const kindOf = (axis: number): Axis['kind'] => (apart?.has(axis) === false ? 'sequential' : 'parallel');
  // Along these axes, two elements are never written to the same index, so loops over them may run in any order. They
  // become the outermost loops, which run in parallel.
  const outside = target.parallelTasks > 1 ? along.filter((axis) => kindOf(axis) === 'parallel') : [];
  const inOrder = [...outside, ...along.filter((axis) => !outside.includes(axis))];
  const index = openLoops(group.writer, from, inOrder, kindOf);
  const expressions = group.expressions();
  for (const { operand, target: place, combine } of pieces) {
    const destination = place(expressions.contextOf(node), index);
    group.store(result, destination, expressions.element(node.operands[operand], index), combine);
  }
  for (let i = 0; i < from.length; i++) group.writer.closeLoop();
}
