import { type Graph, type HostArray, type Node, sizeOf, type TensorType } from '@manabi/ir';
import { MOST_PENDING, tracedError } from './pending-limit.ts';
import { isOpen, tracerError } from './trace.ts';
import type { Trace } from './value.ts';
import { type LazyNode, type LazyValue, nodeOf, templateOf, traceOf } from './value.ts';
import { newStamp, walk } from './walk.ts';

/** A part of the lazy graph as a graph. */
export interface CapturedGraph {
  readonly graph: Graph;
  /** What each input of the graph stands for, in order. */
  readonly inputs: readonly LazyValue[];
  /** The lazy nodes of the graph, in order. */
  readonly nodes: readonly LazyNode[];
}

/** Where a capture ends. */
export interface Boundary {
  /** Values that are inputs whether they are used or not, before all others. */
  readonly first: readonly LazyValue[];
  /** The node to go on to behind a value, or null if the value is an input. */
  readonly within: (value: LazyValue) => LazyNode | null;
  /** Whether an input in host memory is written into the graph as a constant. */
  readonly isConstant: (value: LazyValue) => boolean;
}

/**
 * Everything pending behind some values, as a graph.
 *
 * @throws ManabiError `tracing` if a placeholder is among what is needed
 */
export function pendingGraph(outputs: readonly LazyValue[], asked: string): CapturedGraph {
  const captured = capture(outputs, { first: [], within: nodeOf, isConstant: () => false });
  for (const { origin } of captured.inputs) {
    if (origin.kind === 'placeholder') throw tracerError(origin.trace, asked);
  }
  return captured;
}

/** The pending operators behind some values, up to values that are computed already, as a graph. */
export function graphBehind(outputs: readonly LazyValue[], isComputed: (value: LazyValue) => boolean): CapturedGraph {
  return capture(outputs, {
    first: [],
    within: (value) => (isComputed(value) ? null : nodeOf(value)),
    isConstant: () => false,
  });
}

/**
 * What a traced function made of its placeholders, as a graph whose first inputs are the placeholders; all others are
 * values that the function took from outside.
 */
export function tracedGraph(
  trace: Trace,
  placeholders: readonly LazyValue[],
  outputs: readonly LazyValue[],
): CapturedGraph {
  const replayed = trace.kind === 'jit';
  const captured = capture(outputs, {
    first: placeholders,
    // What a function makes of nothing belongs into a graph that is replayed; elsewhere it is one more input.
    within: (value) => (traceOf(value) === trace || (replayed && value.id >= trace.start) ? nodeOf(value) : null),
    isConstant: (value) => replayed && value.id >= trace.start,
  });
  if (captured.nodes.length > MOST_PENDING) throw tracedError(trace, captured.nodes.length);
  for (const input of captured.inputs.slice(placeholders.length)) {
    const other = traceOf(input);
    if (other !== null && !isOpen(other)) throw tracerError(other, 'Use was made');
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
  const place = (value: LazyValue): number => {
    value.stamp = stamp;
    value.index = types.push(value.type) - 1;
    return value.index;
  };
  for (const { value, data } of constants) graphNodes.push({ ...constantTemplate(data), results: [place(value)] });
  for (const { template, operands, results } of nodes) {
    graphNodes.push({ ...template, operands: operands.map(({ index }) => index), results: results.map(place) });
  }
  const graph: Graph = {
    inputCount: inputs.length,
    types,
    nodes: graphNodes,
    outputs: outputs.map(({ index }) => index),
  };
  return { graph, inputs, nodes };
}

/** Larger arrays stay data: a graph is read and hashed as a whole. */
const MOST_CONSTANT_ELEMENTS = 1024;

function isSmall(type: TensorType): boolean {
  return sizeOf(type.shape) <= MOST_CONSTANT_ELEMENTS;
}

function constantTemplate({ dtype, shape, data }: HostArray): Node {
  return templateOf('constant', { dtype, shape, value: data.length === 1 ? data[0] : Array.from(data) });
}
