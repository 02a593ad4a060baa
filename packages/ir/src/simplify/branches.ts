import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes, neededValues } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { type NodeOf, numberOf } from './match.ts';

/** A `cond` node of the old graph, but with operands that are values of the new graph. */
export type Cond = Pick<NodeOf<'cond'>, 'operands' | 'attributes'>;

/**
 * If the condition of a `cond` is constant, inlines the selected graph. Otherwise removes unused results, and operands
 * that are duplicates or that neither graph reads. Returns null if nothing changes.
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
  // An operand that no output needs is replaced by a constant, which is later removed as dead code.
  const given = operands.map((operand, i) => inputs.get(operand) ?? b.constant(0, types[i].dtype, types[i].shape));
  const outputs = b.inline(branch, given);
  return b.finish(kept.map((output) => outputs[output]));
}
