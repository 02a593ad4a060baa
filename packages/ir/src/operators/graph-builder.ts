import { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, OpName } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';
import { operators } from './index.ts';
import type { Operator } from './operator.ts';

/**
 * Starts a graph. The `infer` function of each operator checks the operands of its nodes.
 *
 * @example
 * ```ts
 * import { formatType, graphBuilder, outputTypes } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [2, 3] });
 * const graph = b.finish([b.reduceSum(b.mul(x, x), [1])]);
 * console.log(outputTypes(graph).map(formatType)); // ['float32[2]']
 * ```
 */
export function graphBuilder(): GraphBuilder {
  return new GraphBuilder(inferTypes);
}

function inferTypes<K extends OpName>(
  op: K,
  operands: readonly TensorType[],
  attributes: Attributes[K],
): readonly TensorType[] {
  const operator: Operator<K> = operators[op];
  return operator.infer(operands, attributes);
}
