import { type Graph, type HostArray, type Node, sizeOf, type TensorType } from '@manabi/ir';
import { MOST_PENDING, tracedError } from './pending-limit.ts';
import { isOpen, tracerError } from './trace.ts';
import type { Trace } from './value.ts';
import { type LazyNode, type LazyValue, nodeOf, templateOf, traceOf } from './value.ts';
import { newStamp, walk } from './walk.ts';

/** A graph that was created from a part of the lazy graph. */
export interface CapturedGraph {
  readonly graph: Graph;
  /** Value of each input of the graph. */
  readonly inputs: readonly LazyValue[];
  /** Lazy node from which each node of the graph was created. */
  readonly nodes: readonly LazyNode[];
}

/**
 * Determines which part of the lazy graph becomes a graph: where it begins, and which values are inputs or constants.
 */
export interface Boundary {
  /** Values that become the first inputs of the graph, whether they are used or not. */
  readonly first: readonly LazyValue[];
  /** Returns the node that computes a value, or null if the value is an input. */
  readonly within: (value: LazyValue) => LazyNode | null;
  /** Whether a value in host memory becomes a constant of the graph instead of an input. */
  readonly isConstant: (value: LazyValue) => boolean;
}

/**
 * Creates a graph of all pending operators on which the given values depend.
 *
 * @throws ManabiError `tracing` if a value depends on an argument of a traced function
 */
export function pendingGraph(outputs: readonly LazyValue[], action: string): CapturedGraph {
  const captured = capture(outputs, { first: [], within: nodeOf, isConstant: () => false });
  for (const { origin } of captured.inputs) {
    if (origin.kind === 'placeholder') throw tracerError(origin.trace, action);
  }
  return captured;
}

/**
 * Creates a graph of the pending operators on which the given values depend. Values that `isComputed` accepts are
 * inputs of the graph.
 */
export function graphBehind(outputs: readonly LazyValue[], isComputed: (value: LazyValue) => boolean): CapturedGraph {
  return capture(outputs, {
    first: [],
    within: (value) => (isComputed(value) ? null : nodeOf(value)),
    isConstant: () => false,
  });
}

/**
 * Creates a graph of the operators of a traced function. The first inputs of the graph are the placeholders for its
 * arguments, and the other inputs are the values that it captures.
 */
export function tracedGraph(
  trace: Trace,
  placeholders: readonly LazyValue[],
  outputs: readonly LazyValue[],
): CapturedGraph {
  const replayed = trace.kind === 'jit';
  const captured = capture(outputs, {
    first: placeholders,
    // A graph of `jit` also contains operators of the function that do not depend on its arguments. In other traces,
    // the results of such operators become inputs.
    within: (value) => (traceOf(value) === trace || (replayed && value.id >= trace.start) ? nodeOf(value) : null),
    isConstant: (value) => replayed && value.id >= trace.start,
  });
  if (captured.nodes.length > MOST_PENDING) throw tracedError(trace, captured.nodes.length);
  for (const input of captured.inputs.slice(placeholders.length)) {
    const other = traceOf(input);
    if (other !== null && !isOpen(other)) throw tracerError(other, 'use');
  }
  return captured;
}

function capture(outputs: readonly LazyValue[], { first, within, isConstant }: Boundary): CapturedGraph {
  const stamp = newStamp();
  const nodes = walk(
    outputs.flatMap((output) => within(output) ?? []),
    within,
    stamp,
  );
  const inputs: LazyValue[] = [];
  const constants: { value: LazyValue; data: HostArray }[] = [];
  const enter = (value: LazyValue) => {
    if (value.stamp === stamp || within(value) !== null) return;
    value.stamp = stamp;
    const { origin } = value;
    if (origin.kind === 'host' && isSmall(value.type) && isConstant(value))
      constants.push({ value, data: origin.data });
    else value.index = inputs.push(value) - 1;
  };
  first.forEach(enter);
  for (const node of nodes) node.operands.forEach(enter);
  outputs.forEach(enter);

  const types: TensorType[] = inputs.map((input) => input.type);
  const graphNodes: Node[] = [];
  const enterType = (value: LazyValue): number => {
    value.stamp = stamp;
    value.index = types.push(value.type) - 1;
    return value.index;
  };
  for (const { value, data } of constants) graphNodes.push({ ...constantTemplate(data), results: [enterType(value)] });
  for (const { template, operands, results } of nodes) {
    graphNodes.push({ ...template, operands: operands.map(({ index }) => index), results: results.map(enterType) });
  }
  const graph: Graph = {
    inputCount: inputs.length,
    types,
    nodes: graphNodes,
    outputs: outputs.map(({ index }) => index),
  };
  return { graph, inputs, nodes };
}

/**
 * Largest number of elements of an array that becomes a constant. Larger arrays become inputs, because all constants of
 * a graph are hashed when it is compiled.
 */
const MOST_CONSTANT_ELEMENTS = 1024;

function isSmall(type: TensorType): boolean {
  return sizeOf(type.shape) <= MOST_CONSTANT_ELEMENTS;
}

function constantTemplate({ dtype, shape, data }: HostArray): Node {
  return templateOf('constant', { dtype, shape, value: data.length === 1 ? data[0] : Array.from(data) });
}
