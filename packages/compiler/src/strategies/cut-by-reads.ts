import type { Node, Value } from '@manabi/ir';
import { type IndexedGraph, lowered, storedElements } from '../graph/element.ts';
import { checksOf } from '../graph/index-checks.ts';
import type { PlanTarget } from '../target.ts';
import { bindingsError } from './bindings-error.ts';

/**
 * What the step that computes an expression must bind: the stored values that it reads, and the record of index errors
 * if it checks indices.
 */
interface Needs {
  readonly values: ReadonlySet<Value>;
  readonly checks: boolean;
}

/**
 * Finds expressions that read more values than one step may bind, and adds intermediate values of them to `roots`, the
 * values that are stored, so that several steps compute each such expression.
 *
 * @returns true if roots were added, so that stages must be rebuilt
 * @throws ManabiError `backend` for an operator that alone binds more buffers than a step may
 */
export function cutByReads(graph: IndexedGraph, roots: Set<Value>, target: PlanTarget): boolean {
  const { mostBindings } = target;
  if (mostBindings === null) return false;
  let added = false;
  const needs: Needs[] = [];
  const needsOf = (value: Value): Needs =>
    roots.has(value)
      ? { values: new Set([value]), checks: false }
      : (needs[value] ?? { values: new Set(), checks: false });
  const cut = (value: Value): void => {
    roots.add(value);
    added = true;
  };

  for (const node of graph.nodes) {
    const checks = checksOf(graph, node).length > 0;
    for (const operands of readTogether(graph, node)) {
      for (;;) {
        const all = operands.map((operand) => ({ operand, needed: needsOf(operand) }));
        const together = join(
          all.map(({ needed }) => needed),
          checks,
        );
        const count = together.values.size + (together.checks ? 1 : 0) + node.results.length;
        if (count <= mostBindings) break;
        const [widest] = all
          .filter(({ operand }) => !roots.has(operand))
          .sort((a, b) => b.needed.values.size - a.needed.values.size);
        if (widest === undefined || widest.needed.values.size <= 1) throw bindingsError(node, target);
        cut(widest.operand);
      }
    }
    const needed = join(node.operands.map(needsOf), checks);
    for (const result of node.results) needs[result] = needed;
  }
  return added;
}

/**
 * Returns the operands of a node in groups that must be read by the same step. Pieces of an assembled result can be
 * written by one step each; for most other nodes, one step reads all operands.
 */
function readTogether(graph: IndexedGraph, node: Node): readonly (readonly Value[])[] {
  const { lowering, node: facts } = lowered(graph, node);
  switch (lowering.class) {
    case 'loop':
    case 'branch':
      return [];
    case 'assemble': {
      const pieces = lowering.pieces(facts);
      return pieces.length > 1 ? node.operands.map((operand) => [operand]) : [node.operands];
    }
    case 'pointwise':
      return storedElements(graph, node) === null ? [node.operands] : [];
    default:
      return [node.operands];
  }
}

function join(parts: readonly Needs[], checks: boolean): Needs {
  const values = new Set<Value>();
  for (const part of parts) for (const value of part.values) values.add(value);
  return { values, checks: checks || parts.some((part) => part.checks) };
}
