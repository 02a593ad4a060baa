import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes, neededValues } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { type NodeOf, numberOf } from './match.ts';

/** A cond whose operands are values of the graph under construction. */
export type Cond = Pick<NodeOf<'cond'>, 'operands' | 'attributes'>;

/**
 * Inlines the branch of a cond with a constant condition. From all others, removes unused results, operands that no
 * branch reads and duplicate operands. Returns null if nothing changes.
 *
 * @param used for each result, whether it is used
 */
export function pruneCond(
  b: GraphBuilder,
  { operands: [condition, ...operands], attributes: { thenBranch, elseBranch } }: Cond,
  used: readonly boolean[],
): readonly (Value | null)[] | null {
  const known = numberOf(b, condition);
  if (known !== null) return b.inline(known === 0 ? elseBranch : thenBranch, operands);
  const kept = used.flatMap((isUsed, i) => (isUsed ? [i] : []));
  const branches = [thenBranch, elseBranch];
  const needs = branches.map((branch) =>
    neededValues(
      branch,
      kept.map((i) => branch.outputs[i]),
    ),
  );
  const taken = [...new Set(operands.filter((_, input) => needs.some((needed) => needed[input])))];
  if (kept.length === used.length && taken.length === operands.length) return null;
  const [onTrue, onFalse] = branches.map((branch) => withBorders(branch, operands, taken, kept));
  const results = b.cond(condition, taken, onTrue, onFalse);
  return used.map((isUsed, i) => (isUsed ? results[kept.indexOf(i)] : null));
}

function withBorders(
  branch: Graph,
  operands: readonly Value[],
  taken: readonly Value[],
  kept: readonly number[],
): Graph {
  const b = graphBuilder();
  const types = inputTypes(branch);
  const inputs = new Map(taken.map((operand) => [operand, b.input(types[operands.indexOf(operand)])]));
  // Operands that no output needs are replaced by a constant and removed as dead code.
  const given = operands.map((operand, i) => inputs.get(operand) ?? b.constant(0, types[i].dtype, types[i].shape));
  const outputs = b.inline(branch, given);
  return b.finish(kept.map((output) => outputs[output]));
}
