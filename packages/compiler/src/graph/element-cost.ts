import { elementInstructions, type Node, type TensorType } from '@manabi/ir';
import type { PlanCosts } from '../target.ts';

/**
 * Returns the cost of computing one element of a pointwise node's result from elements of its operands; null for nodes
 * that are not pointwise.
 */
export function elementCost(
  types: readonly TensorType[],
  node: Node,
  { scalar }: Pick<PlanCosts, 'scalar'>,
): number | null {
  const instructions = elementInstructions(types, node);
  return instructions === null ? null : instructions.reduce((cost, instruction) => cost + scalar[instruction], 0);
}
