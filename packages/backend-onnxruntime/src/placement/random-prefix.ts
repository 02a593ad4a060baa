import {
  type Graph,
  inlineCalls,
  type Lowering,
  lowerings,
  type Node,
  type OpName,
  producers,
  simplify,
  type Value,
} from '@manabi/ir';
import { partOf } from './part-of.ts';

/** A graph in two parts: the second part runs on the results of the first one and on the inputs of the graph. */
export interface SplitGraph {
  /** First part. */
  readonly first: Graph;
  /** Inputs of the first part, as indices of the inputs of the whole graph. */
  readonly firstInputs: readonly number[];
  /** Second part. Its inputs are `secondInputs`, followed by the outputs of the first part. */
  readonly second: Graph;
  /** Inputs of the second part that are inputs of the whole graph, as indices of these. */
  readonly secondInputs: readonly number[];
}

/**
 * Splits a graph into the computation of its random numbers, which depend only on keys, and the rest. Elementwise
 * operations on random numbers alone, such as the comparison that makes the mask of a dropout, belong to the first part.
 * Returns null for a graph without random numbers, or with random numbers only within loops and branches.
 */
export function splitRandom(graph: Graph): SplitGraph | null {
  if (!graph.nodes.some(containsRandom)) return null;
  const random = randomCalls(graph);
  const flat = simplify(inlineCalls(graph, (name) => !random.has(name)));
  const isFirst = firstNodes(flat);
  return isFirst.size === 0 ? null : partsOf(flat, isFirst);
}

/** Returns whether a node creates random numbers itself or in the body of a call. */
function containsRandom({ op, attributes }: Node): boolean {
  return op === 'randomBits' || (op === 'call' && attributes.body.nodes.some(containsRandom));
}

/** Returns the names of the calls in a graph that create random numbers. */
function randomCalls({ nodes }: Graph): ReadonlySet<string> {
  return new Set(
    nodes.flatMap((node) =>
      node.op === 'call' && containsRandom(node) ? [node.attributes.name, ...randomCalls(node.attributes.body)] : [],
    ),
  );
}

/** Returns the nodes of the first part: random numbers, what they are computed from, and elementwise results of them. */
function firstNodes(graph: Graph): ReadonlySet<Node> {
  const makers = producers(graph);
  const first = new Set<Node>();
  const add = (node: Node | undefined): void => {
    if (node === undefined || first.has(node)) return;
    first.add(node);
    for (const operand of node.operands) add(makers[operand]);
  };
  const isRandom = (value: Value): boolean => {
    const maker = makers[value];
    return maker !== undefined && first.has(maker) && !isConstant(maker);
  };
  const isKnown = (value: Value): boolean => {
    const maker = makers[value];
    return maker !== undefined && (first.has(maker) || isConstant(maker));
  };
  for (const node of graph.nodes) {
    if (node.op === 'randomBits') add(node);
    else if (movesElements(node) && node.operands.some(isRandom) && node.operands.every(isKnown)) add(node);
  }
  return first;
}

/** Returns whether a node computes each element from one element of each operand, without repeating elements. */
function movesElements<K extends OpName>(node: Node<K>): boolean {
  const lowering: Lowering<K> = lowerings[node.op];
  return (lowering.class === 'pointwise' && node.op !== 'expand' && lowering.kind !== 'source') || node.op === 'concat';
}

function isConstant({ op }: Node): boolean {
  return op === 'constant' || op === 'iota';
}

function partsOf(graph: Graph, isFirst: ReadonlySet<Node>): SplitGraph {
  const early = graph.nodes.filter((node) => isFirst.has(node));
  const rest = graph.nodes.filter((node) => !isFirst.has(node));
  const needed = new Set([...rest.flatMap(({ operands }) => operands), ...graph.outputs]);
  const made = early.flatMap(({ results }) => results).filter((value) => needed.has(value));
  const first = partOf(graph, early, made);
  const second = partOf(graph, rest, graph.outputs, made);
  return { first: first.graph, firstInputs: first.inputs, second: second.graph, secondInputs: second.inputs };
}
