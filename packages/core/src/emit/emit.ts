import {
  type Attributes,
  type Graph,
  type Node,
  type Operator,
  type OpName,
  operators,
  type TensorType,
} from '@manabi/ir';
import { passOnMarks } from '../lazy/marks.ts';
import { newNode } from '../lazy/node.ts';
import { currentTrace } from '../lazy/trace.ts';
import { LazyValue, templateOf } from '../lazy/value.ts';
import { boundChain } from '../run/long-chain.ts';

/**
 * Adds an operator to the lazy graph without running it, and returns its results, which are pending.
 *
 * @throws ManabiError under the same conditions as the operator's `infer`; `memory` if too many operators are pending
 */
export function emit<K extends OpName>(
  op: K,
  operands: readonly LazyValue[],
  attributes: Attributes[K],
): readonly LazyValue[] {
  const operator: Operator<K> = operators[op];
  const types = operator.infer(
    operands.map((operand) => operand.type),
    attributes,
  );
  return addNode(templateOf(op, attributes), operands, types);
}

/** Adds an operator with one result to the lazy graph, and returns the result. */
export function emitOne<K extends OpName>(op: K, operands: readonly LazyValue[], attributes: Attributes[K]): LazyValue {
  return emit(op, operands, attributes)[0];
}

/** Adds the nodes of a graph to the lazy graph, with the given values as its inputs, and returns its outputs. */
export function inline(graph: Graph, inputs: readonly LazyValue[]): readonly LazyValue[] {
  const values = new Array<LazyValue>(graph.types.length);
  for (let i = 0; i < graph.inputCount; i++) values[i] = inputs[i];
  for (const node of graph.nodes) {
    const results = addNode(
      node,
      node.operands.map((operand) => values[operand]),
      node.results.map((result) => graph.types[result]),
    );
    node.results.forEach((result, i) => {
      values[result] = results[i];
    });
  }
  return graph.outputs.map((output) => values[output]);
}

/**
 * A graph whose first inputs are known. The nodes that depend on no other inputs have been added to the lazy graph;
 * `finish` adds the others.
 */
export interface StagedGraph {
  /** Values of the graph's outputs, in order; null for each output that depends on an input that is not known yet. */
  readonly outputs: readonly (LazyValue | null)[];
  /**
   * Adds the remaining nodes, given the values of the remaining inputs, and returns all outputs. Each call adds its own
   * copies of these nodes.
   */
  readonly finish: (inputs: readonly LazyValue[]) => readonly LazyValue[];
}

/**
 * Adds the nodes of a graph to the lazy graph in two stages: this call adds the nodes that depend only on the first
 * inputs, and the method `finish` of the result adds the others.
 */
export function inlineInStages(graph: Graph, first: readonly LazyValue[]): StagedGraph {
  const early: (LazyValue | null)[] = graph.types.map((_, value) => first[value] ?? null);
  const late: Node[] = [];
  for (const node of graph.nodes) {
    const operands = node.operands.flatMap((operand) => early[operand] ?? []);
    if (operands.length < node.operands.length) late.push(node);
    else addResults(graph, node, operands, early);
  }
  const finish = (inputs: readonly LazyValue[]): readonly LazyValue[] => {
    const values = [...early];
    inputs.forEach((input, i) => {
      values[first.length + i] = input;
    });
    for (const node of late) {
      addResults(
        graph,
        node,
        node.operands.flatMap((operand) => values[operand] ?? []),
        values,
      );
    }
    return graph.outputs.flatMap((output) => values[output] ?? []);
  };
  return { outputs: graph.outputs.map((output) => early[output]), finish };
}

function addResults(graph: Graph, node: Node, operands: readonly LazyValue[], values: (LazyValue | null)[]): void {
  const results = addNode(
    node,
    operands,
    node.results.map((result) => graph.types[result]),
  );
  node.results.forEach((result, i) => {
    values[result] = results[i];
  });
}

function addNode(template: Node, operands: readonly LazyValue[], types: readonly TensorType[]): readonly LazyValue[] {
  const failed = operands.find(({ origin }) => origin.kind === 'failed');
  const node = newNode(template, operands);
  // If an operand has failed, so has the result. A trace continues nevertheless, because its graph and derivative need
  // the operator.
  if (failed !== undefined && node.trace === null && currentTrace() === null) {
    return types.map((type) => new LazyValue(type, failed.origin));
  }
  for (const operand of operands) operand.consumers++;
  boundChain(node);
  node.results = types.map((type, result) => new LazyValue(type, { kind: 'node', node, result }));
  if (passOnMarks !== null) passOnMarks(template, operands, node.results);
  return node.results;
}
