import { ManabiError } from '@manabi/errors';
import { checkInputTypes } from './graph/check-inputs.ts';
import type { Graph, Node, OpName, Value } from './graph/graph.ts';
import { inputTypes } from './graph/parts.ts';
import type { Reference, ReferenceArray } from './operators/reference.ts';
import { fromReference, storedArray, toReference } from './operators/reference-array.ts';
import { references } from './operators/reference-table.ts';
import type { HostArray } from './types/host-array.ts';

/**
 * Runs a graph with the reference implementation of every operator, which is slow but simple; tests compare backends
 * with it. Floats are computed in float64, and float32 outputs are rounded once, at the end. Every float16 result of
 * an operator is rounded to float16.
 *
 * @param inputs one array for each input of the graph, of the same dtype and shape
 * @returns one array per output
 * @throws ManabiError `argument` for a wrong number of inputs; `shape` or `dtype` for an input of another type
 *
 * @example
 * ```ts
 * import { interpret } from '@manabi/ir/reference';
 * import { graphBuilder } from '@manabi/ir';
 * import { hostArray } from 'manabi';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [2] });
 * const [y] = interpret(b.finish([b.mul(x, x)]), [hostArray('float32', [2], Float32Array.of(2, 3))]);
 * console.log([...y.data]); // [4, 9]
 * ```
 */
export function interpret(graph: Graph, inputs: readonly HostArray[]): readonly HostArray[] {
  return interpretReference(graph, inputs.map(toReference)).map(fromReference);
}

/**
 * Runs a graph like `interpret`, but on reference arrays, whose floats are float64. Outputs are not rounded to float32.
 *
 * @throws ManabiError under the same conditions as `interpret()`
 * @example
 * ```ts
 * import { interpretReference, toReference } from '@manabi/ir/reference';
 * import { graphBuilder } from '@manabi/ir';
 * import { hostArray } from 'manabi';
 *
 * const b = graphBuilder();
 * const third = b.div(b.input({ dtype: 'float32', shape: [] }), b.constant(3, 'float32'));
 * const [y] = interpretReference(b.finish([third]), [toReference(hostArray('float32', [], Float32Array.of(1)))]);
 * console.log(y.data[0] === 1 / 3); // true
 * ```
 */
export function interpretReference(graph: Graph, inputs: readonly ReferenceArray[]): readonly ReferenceArray[] {
  checkInputTypes('interpret', inputTypes(graph), inputs);
  const values = new Map<Value, ReferenceArray>(inputs.map((input, i) => [i, input]));
  const arrayOf = (value: Value): ReferenceArray => {
    const array = values.get(value);
    if (array !== undefined) return array;
    throw new ManabiError(
      'graph',
      `Value %${value} is used before it is computed. Move its node before the nodes that use it.`,
      {
        op: 'interpret',
        data: { value },
      },
    );
  };
  for (const node of graph.nodes) {
    const results = run(node, node.operands.map(arrayOf), graph);
    node.results.forEach((result, i) => {
      values.set(result, results[i]);
    });
  }
  return graph.outputs.map(arrayOf);
}

function run<K extends OpName>(
  node: Node<K>,
  operands: readonly ReferenceArray[],
  graph: Graph,
): readonly ReferenceArray[] {
  const reference: Reference<K> = references[node.op];
  const types = node.results.map((result) => graph.types[result]);
  return reference(operands, node.attributes, types, interpretReference).map(storedArray);
}
