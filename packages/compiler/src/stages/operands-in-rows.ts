import type { Node, Value } from '@manabi/ir';
import { lowered } from '../graph/element.ts';
import type { PreparedGraph } from '../graph/prepare.ts';

/** The operands of a node that must have memory and be row-major: those of loops and branches, and what routines ask for. */
export function operandsInRows(graph: PreparedGraph, node: Node): readonly Value[] {
  const routine = graph.routines.of(graph, node);
  if (routine !== null) return node.operands.filter((_, i) => routine.operands[i] === 'rows');
  const { lowering } = lowered(graph, node);
  return lowering.class === 'loop' || lowering.class === 'branch' ? node.operands : [];
}
