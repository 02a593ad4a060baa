import { type AxisPair, type Graph, type GraphBuilder, type Node, sizeOf, type Value } from '@manabi/ir';
import { rewritten } from './rewritten.ts';

/**
 * Least number of elements of the right factors that are read less often, relative to those of the left factors, which are
 * copied.
 */
const LEAST_SAVED = 1.5;

/** Least number of terms of a sum. Shorter products do not take longer to read their factors than to multiply them. */
const LEAST_TERMS = 1024;

/**
 * Joins products of different left factors and the same right factor to one product, such as the gradients of the weights of
 * an LSTM for its input and its state. A long sum with few results mostly reads its factors, and so reads the right one once.
 *
 * @returns the graph itself if it has no such products
 */
export function joinProducts(graph: Graph): Graph {
  const groups = groupsOf(graph);
  if (groups.size === 0) return graph;
  const made = new Map<Node, Value>();
  return rewritten(graph, (b, node, values) => {
    const group = groups.get(node);
    if (group === undefined) return null;
    if (!made.has(node)) for (const [i, value] of joined(b, group, values).entries()) made.set(group[i], value);
    return [made.get(node) ?? values[node.results[0]]];
  });
}

/** Returns the products to join, by each of them. */
function groupsOf(graph: Graph): ReadonlyMap<Node, readonly Node<'dot'>[]> {
  const positions = new Map<Value, number>();
  for (const [i, { results }] of graph.nodes.entries()) for (const result of results) positions.set(result, i);
  const byRight = new Map<string, Node<'dot'>[]>();
  for (const node of graph.nodes) {
    if (node.op !== 'dot' || !isJoinable(graph, node)) continue;
    const [left, right] = node.operands;
    const key = `${right}: ${inOrder(node).map(([, axis]) => axis)}`;
    const group = byRight.get(key) ?? [];
    // The joined product takes the place of the first one.
    const [first] = group;
    const isReady = first === undefined || (positions.get(left) ?? -1) < (positions.get(first.results[0]) ?? -1);
    if (isReady) byRight.set(key, [...group, node]);
  }
  const groups = [...byRight.values()].filter((group) => saves(graph, group));
  return new Map(groups.flatMap((group) => group.map((node) => [node, group] as const)));
}

function isJoinable(
  { types }: Graph,
  { operands: [left, right], attributes: { batch, contract } }: Node<'dot'>,
): boolean {
  const { shape } = types[left];
  const terms = sizeOf(contract.map(([axis]) => shape[axis]));
  return batch.length === 0 && shape.length === contract.length + 1 && left !== right && terms >= LEAST_TERMS;
}

function saves({ types }: Graph, group: readonly Node<'dot'>[]): boolean {
  const copied = group.reduce((sum, { operands: [left] }) => sum + sizeOf(types[left].shape), 0);
  return (group.length - 1) * sizeOf(types[group[0].operands[1]].shape) >= LEAST_SAVED * copied;
}

/** Returns the pairs of contracted axes in the order of the right ones. */
function inOrder({ attributes: { contract } }: Node<'dot'>): readonly AxisPair[] {
  return contract.toSorted(([, first], [, second]) => first - second);
}

/** Emits one product for a group, and returns the part of each of them. */
function joined(b: GraphBuilder, group: readonly Node<'dot'>[], values: readonly Value[]): readonly Value[] {
  const [first] = group;
  const pairs = inOrder(first);
  const lefts = group.map((node) => {
    const axes = inOrder(node).map(([axis]) => axis);
    const left = values[node.operands[0]];
    const free = b.shape(left).findIndex((_, axis) => !axes.includes(axis));
    return b.transpose(left, [...axes, free]);
  });
  const all = b.concat(lefts, pairs.length);
  const product = b.dot(
    all,
    values[first.operands[1]],
    [],
    pairs.map(([, axis], i): AxisPair => [i, axis]),
  );
  const [, ...lengths] = b.shape(product);
  let start = 0;
  return lefts.map((left) => {
    const end = start + b.shape(left)[pairs.length];
    const part = b.slice(product, [start, ...lengths.map(() => 0)], [end, ...lengths], [1, ...lengths.map(() => 1)]);
    start = end;
    return part;
  });
}
