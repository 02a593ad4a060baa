import type { GraphBuilder } from '../graph/builder.ts';
import type { Node, OpName, Value } from '../graph/graph.ts';
import { hold } from './fold-scalar.ts';

/** Type of the nodes of operator `K`. */
export type NodeOf<K extends OpName> = Extract<Node, { readonly op: K }>;

/** Returns the node that computes a value if it has this operator, otherwise null. */
export function madeBy<K extends OpName>(builder: GraphBuilder, value: Value, op: K): NodeOf<K> | null {
  const node = builder.maker(value);
  return node !== undefined && isOf(node, op) ? node : null;
}

function isOf<K extends OpName>(node: Node, op: K): node is NodeOf<K> {
  return node.op === op;
}

/**
 * Returns the number that all elements of a constant equal, rounded to its dtype. Returns null if the value is not such
 * a constant.
 */
export function numberOf(builder: GraphBuilder, value: Value): number | null {
  const node = madeBy(builder, value, 'constant');
  if (node === null) return null;
  const { value: stored, dtype } = node.attributes;
  if (typeof stored === 'number') return hold(stored, dtype);
  return stored.length === 1 ? hold(stored[0], dtype) : null;
}

/** Returns true if the numbers are 0, 1, 2, … */
export function isCounting(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => number === i);
}

/** Returns true if each number is larger than its predecessor. */
export function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || number > numbers[i - 1]);
}

/** Returns true if both lists have the same elements. */
export function equalLists(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}
