import { ManabiError } from '@manabi/errors';
import type { Attributes, Graph, Node, OpName } from './graph/graph.ts';
import { attributeGraphs } from './graph/parts.ts';
import { printNode } from './graph/print.ts';
import { operators } from './operators/index.ts';
import type { Operator } from './operators/operator.ts';
import { equalTypes, formatType, type TensorType } from './types/shape.ts';

/**
 * Checks that a graph is well made: values are numbered in the order in which they are made, each is made once and
 * before it is used; every node's result types are those that its operator infers (which for a call includes the
 * signatures of its body and of its gradient); outputs exist; graphs in attributes are well made too.
 *
 * @throws ManabiError `graph`, naming the node as `printGraph` writes it.
 */
export function verifyGraph(graph: Graph): void {
  let made = graph.inputCount;
  for (const node of graph.nodes) {
    verifyNode(graph, node, made);
    made += node.results.length;
  }
  if (made !== graph.types.length) {
    throw broken(`It has types for ${graph.types.length} values, but inputs and nodes make ${made}.`, {
      types: graph.types.length,
      made,
    });
  }
  graph.outputs.forEach((output, i) => {
    if (isMade(output, made)) return;
    throw broken(`Output ${i} is %${output}, which the graph does not have.`, { output: i, value: output });
  });
}

function isMade(value: number, made: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < made;
}

/** @param made how many values the inputs and the nodes before this one make */
function verifyNode(graph: Graph, node: Node, made: number): void {
  const wrong: Complaint = (what, data = {}, cause) => {
    const text = node.results.every((result) => graph.types[result] !== undefined) ? printNode(graph, node) : node.op;
    return broken(`Node \`${text}\`: ${what}`, { node: text, op: node.op, ...data }, cause);
  };
  for (const operand of node.operands) {
    if (!isMade(operand, made)) throw wrong(`its operand %${operand} is not made before it.`, { value: operand });
  }
  node.results.forEach((result, i) => {
    if (result !== made + i) {
      throw wrong(`its result ${i} is %${result}, but the next value in order is %${made + i}.`, { value: result });
    }
    if (graph.types[result] === undefined) throw wrong(`its result %${result} has no type.`, { value: result });
  });
  const types = inferAgain(graph, node, wrong);
  if (types.length !== node.results.length) {
    throw wrong(`it has ${node.results.length} results, but its operator makes ${types.length}.`);
  }
  node.results.forEach((result, i) => {
    if (equalTypes(graph.types[result], types[i])) return;
    throw wrong(`its result %${result} must be ${formatType(types[i])}.`, {
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
  return new ManabiError('graph', `The graph is not well made. ${message}`, { data, cause });
}
