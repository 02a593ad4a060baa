import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes, neededValues } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { type NodeOf, numberOf } from './match.ts';

/** A cond whose operands are values of the graph that is being made. */
export type Cond = Pick<NodeOf<'cond'>, 'operands' | 'attributes'>;

/**
 * A cond with a known condition is its branch; of all others, results that nobody uses and operands that no branch reads
 * are left out, and operands that are given twice are given once.
 *
 * @param used whether each result is
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
  const made = b.cond(condition, taken, onTrue, onFalse);
  return used.map((isUsed, i) => (isUsed ? made[kept.indexOf(i)] : null));
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
  // What no output needs any more reads a constant instead, and goes with the dead.
  const given = operands.map((operand, i) => inputs.get(operand) ?? b.constant(0, types[i].dtype, types[i].shape));
  const outputs = b.inline(branch, given);
  return b.finish(kept.map((output) => outputs[output]));
}
