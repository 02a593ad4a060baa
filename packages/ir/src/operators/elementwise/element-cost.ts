import type { Attributes, Node, OpName } from '../../graph/graph.ts';
import { axisIndex, constantIndex } from '../../scalar/index-expression.ts';
import { scalarCost } from '../../scalar/scalar-cost.ts';
import type { TensorType } from '../../types/shape.ts';
import type { ElementContext, Lowering } from '../lowering.ts';
import { lowerings } from '../lowerings-table.ts';

/**
 * Rough cost of one element of a pointwise node's result, in additions, its operands being there; null for nodes that
 * are not pointwise.
 *
 * @param types of all values of the node's graph
 */
export function elementCost<K extends OpName>(types: readonly TensorType[], node: Node<K>): number | null {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const lowering: Lowering<K> = lowerings[op];
  if (lowering.class !== 'pointwise') return null;
  let cost = 0;
  const counting: ElementContext<null> = {
    operand: () => null,
    constant: () => null,
    instruction: (name) => {
      cost += scalarCost[name];
      return null;
    },
    fromIndex: () => null,
    toIndex: () => constantIndex(0),
  };
  const results = node.results.map((result) => types[result]);
  lowering.element(
    counting,
    results[0].shape.map((extent, axis) => axisIndex(axis, extent)),
    { operands: node.operands.map((operand) => types[operand]), results, attributes },
  );
  return cost;
}
