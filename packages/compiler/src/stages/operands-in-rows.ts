import type { Node, Value } from '@manabi/ir';
import { lowered } from '../graph/element.ts';
import type { PreparedGraph } from '../graph/prepare.ts';

/**
 * Returns the operands of a node that must be stored in row-major order: all operands of loops and branches, and those
 * for which a routine requires it.
 */
export function operandsInRows(graph: PreparedGraph, node: Node): readonly Value[] {
  const routine = graph.routines.of(graph, node);
  if (routine !== null) return node.operands.filter((_, i) => routine.operands[i] === 'rows');
  const { lowering } = lowered(graph, node);
  return lowering.class === 'loop' || lowering.class === 'branch' ? node.operands : [];
}
