import { ManabiError } from '@manabi/errors';
import { checkInputTypes } from './graph/check-inputs.ts';
import type { Graph, Node, OpName, Value } from './graph/graph.ts';
import { inputTypes } from './graph/parts.ts';
import type { Reference, ReferenceArray } from './operators/reference.ts';
import { fromReference, toReference } from './operators/reference-array.ts';
import { references } from './operators/reference-table.ts';
import type { HostArray } from './types/host-array.ts';

/**
 * Runs a graph with the reference of every operator: slow, plain, in float64. The oracle for backends.
 * Results that are float32 are rounded at the very end only.
 *
 * @param inputs one array per input of the graph, of its type
 * @returns one array per output
 * @throws ManabiError `argument` for a wrong number of inputs, `shape` or `dtype` for one of another type
 *
 * @example
 * ```ts
 * const [y] = interpret(graph, [hostArray('float32', [2], Float32Array.of(1, 2))]);
 * ```
 */
export function interpret(graph: Graph, inputs: readonly HostArray[]): readonly HostArray[] {
  return interpretReference(graph, inputs.map(toReference)).map(fromReference);
}

/**
 * Runs a graph on the interpreter's own arrays, without rounding to float32 between graphs.
 *
 * @throws ManabiError as `interpret`
 */
export function interpretReference(graph: Graph, inputs: readonly ReferenceArray[]): readonly ReferenceArray[] {
  checkInputTypes('interpret', inputTypes(graph), inputs);
  const values = new Map<Value, ReferenceArray>(inputs.map((input, i) => [i, input]));
  const arrayOf = (value: Value): ReferenceArray => {
    const array = values.get(value);
    if (array !== undefined) return array;
    throw new ManabiError('graph', `Value ${value} is used before it is made. Put its node first.`, {
      op: 'interpret',
      data: { value },
    });
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
  return reference(
    operands,
    node.attributes,
    node.results.map((result) => graph.types[result]),
    interpretReference,
  );
}
