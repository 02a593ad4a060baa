import { ManabiError } from '@manabi/errors';
import type { Attributes, Graph, Node, OpName } from './graph/graph.ts';
import { attributeGraphs } from './graph/parts.ts';
import { printNode } from './graph/print.ts';
import { operators } from './operators/index.ts';
import type { Operator } from './operators/operator.ts';
import { equalTypes, formatType, type TensorType } from './types/shape.ts';

/**
 * Checks that a graph is valid.
 *
 * Values must be numbered in the order in which they are computed. Each value must be computed exactly once, before it
 * is used. The result types of each node must be those that its operator infers, and outputs must be existing values.
 * Graphs in attributes, such as the body and the gradient of a call, are checked too.
 *
 * @throws ManabiError `graph`, naming the node as `printNode` formats it
 * @example
 * ```ts
 * import { graphBuilder, verifyGraph } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [3] }))]);
 * verifyGraph(graph);
 * verifyGraph({ ...graph, outputs: [7] }); // throws 'graph'
 * ```
 */
export function verifyGraph(graph: Graph): void {
  let made = graph.inputCount;
  for (const node of graph.nodes) {
    verifyNode(graph, node, made);
    made += node.results.length;
  }
  if (made !== graph.types.length) {
    throw broken(`It lists ${graph.types.length} types, but its inputs and nodes define ${made} values.`, {
      types: graph.types.length,
      made,
    });
  }
  graph.outputs.forEach((output, i) => {
    if (isMade(output, made)) return;
    throw broken(`Output ${i} is %${output}, which does not exist.`, { output: i, value: output });
  });
}

function isMade(value: number, made: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < made;
}

/**
 * Checks one node of a graph.
 *
 * @param made number of inputs and of results of all previous nodes, which the node may use as operands
 */
function verifyNode(graph: Graph, node: Node, made: number): void {
  const wrong: Complaint = (what, data = {}, cause) => {
    const text = node.results.every((result) => graph.types[result] !== undefined) ? printNode(graph, node) : node.op;
    return broken(`Node \`${text}\`: ${what}`, { node: text, op: node.op, ...data }, cause);
  };
  for (const operand of node.operands) {
    if (!isMade(operand, made)) throw wrong(`its operand %${operand} is not computed before it.`, { value: operand });
  }
  node.results.forEach((result, i) => {
    if (result !== made + i) {
      throw wrong(`its result ${i} must be the next value, %${made + i}; got %${result}.`, { value: result });
    }
    if (graph.types[result] === undefined) throw wrong(`its result %${result} has no type.`, { value: result });
  });
  const types = inferAgain(graph, node, wrong);
  if (types.length !== node.results.length) {
    throw wrong(`it lists ${node.results.length} results, but its operator returns ${types.length}.`);
  }
  node.results.forEach((result, i) => {
    if (equalTypes(graph.types[result], types[i])) return;
    throw wrong(`its result %${result} must be ${formatType(types[i])}; got ${formatType(graph.types[result])}.`, {
      value: result,
      given: graph.types[result],
      expected: types[i],
    });
  });
  for (const [, body] of attributeGraphs(node)) verifyGraph(body);
}

type Complaint = (what: string, data?: Record<string, unknown>, cause?: unknown) => ManabiError;

function inferAgain<K extends OpName>(graph: Graph, node: Node<K>, wrong: Complaint): readonly TensorType[] {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const operator: Operator<K> = operators[op];
  try {
    return operator.infer(
      node.operands.map((operand) => graph.types[operand]),
      attributes,
    );
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause), {}, cause);
  }
}

function broken(message: string, data: Record<string, unknown>, cause?: unknown): ManabiError {
  return new ManabiError('graph', `The graph is malformed. ${message}`, { data, cause });
}
