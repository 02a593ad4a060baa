import type { Attributes, Node, OpName } from '../../graph/graph.ts';
import { axisIndex, constantIndex } from '../../scalar/index-expression.ts';
import type { ScalarOp } from '../../scalar/scalar.ts';
import type { TensorType } from '../../types/shape.ts';
import type { ElementContext, Lowering } from '../lowering.ts';
import { lowerings } from '../lowerings-table.ts';

/**
 * Returns the scalar instructions that compute one element of a pointwise node's result from elements of its operands.
 * Returns null for a node that is not pointwise.
 *
 * @param types types of all values of the node's graph
 * @example
 * ```ts
 * import { elementInstructions, graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const graph = b.finish([b.exp(x)]);
 * console.log(elementInstructions(graph.types, graph.nodes[0])); // ['exp']
 * ```
 */
export function elementInstructions<K extends OpName>(
  types: readonly TensorType[],
  node: Node<K>,
): readonly ScalarOp[] | null {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const lowering: Lowering<K> = lowerings[op];
  if (lowering.class !== 'pointwise') return null;
  const found: ScalarOp[] = [];
  const counting: ElementContext<null> = {
    operand: () => null,
    constant: () => null,
    instruction: (name) => {
      found.push(name);
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
  return found;
}
