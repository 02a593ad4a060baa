import type { GraphBuilder } from '../graph/builder.ts';
import type { Node, OpName, Value } from '../graph/graph.ts';
import { hold } from './fold-scalar.ts';

/** A node of one operator, as it stands in a graph. */
export type NodeOf<K extends OpName> = Extract<Node, { readonly op: K }>;

/** The node that makes a value, if it is one of this operator. */
export function madeBy<K extends OpName>(builder: GraphBuilder, value: Value, op: K): NodeOf<K> | null {
  const node = builder.maker(value);
  return node !== undefined && isOf(node, op) ? node : null;
}

function isOf<K extends OpName>(node: Node, op: K): node is NodeOf<K> {
  return node.op === op;
}

/** The number that all elements of a value are known to be, as its dtype holds it, or null. */
export function numberOf(builder: GraphBuilder, value: Value): number | null {
  const node = madeBy(builder, value, 'constant');
  if (node === null) return null;
  const { value: held, dtype } = node.attributes;
  if (typeof held === 'number') return hold(held, dtype);
  return held.length === 1 ? hold(held[0], dtype) : null;
}

/** True if the numbers are 0, 1, 2, … */
export function isCounting(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => number === i);
}

/** True if each number is larger than the one before. */
export function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || number > numbers[i - 1]);
}

/** True if both lists hold the same. */
export function equalLists(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}
