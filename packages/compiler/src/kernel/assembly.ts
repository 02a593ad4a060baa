import { axisIndex, type IndexExpr, type Node, type Piece, type Shape, type Value } from '@manabi/ir';
import { lowered } from '../graph/element.ts';
import { axesInMemory } from '../graph/memory-order.ts';
import type { Axis } from '../plan/kernel.ts';
import type { Group } from '../stages/group.ts';
import type { Generation } from './group-writer.ts';
import type { KernelWriter } from './kernel-writer.ts';

/**
 * A result that is filled from one value, the background, and then partly overwritten with other values, the pieces.
 * Operators such as `pad`, `concat` and the scatters are computed like this.
 */
export interface Assembly {
  readonly node: Node;
  readonly result: Value;
  readonly shape: Shape;
  /** The axes of the result in memory order. */
  readonly order: readonly number[];
  /** Value of the elements that no piece overwrites; null if the pieces cover the whole result. */
  readonly background: Value | null;
  /** True if the result uses the memory of its background, so that only the pieces must be written. */
  readonly isUpdate: boolean;
  readonly pieces: readonly Piece[];
}

/**
 * Describes how the result of a group is assembled. The group consists of one node, whose operator has the lowering
 * class `assemble`.
 */
export function assemblyOf(plan: Generation, group: Group): Assembly {
  const { graph, overwrites, orders } = plan;
  const { node } = group.members[0].stage;
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'assemble') throw new Error(`${node.op} is not an assembling operator.`);
  const [result] = node.results;
  const { shape } = graph.types[result];
  const background = lowering.background === null ? null : node.operands[lowering.background];
  const isUpdate = background !== null && overwrites.get(result) === background;
  return {
    node,
    result,
    shape,
    order: axesInMemory(orders, result, shape),
    background,
    isUpdate,
    pieces: lowering.pieces(facts),
  };
}

/**
 * Opens a loop for each axis of a shape, in the given order, and returns the index of the element that the loops visit.
 */
export function openLoops(
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
