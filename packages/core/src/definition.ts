import { readArgument } from '@manabi/errors';
import { tensorKind } from './functions/argument-kinds.ts';
import type { LazyValue } from './lazy/value.ts';
import { nodeOf } from './lazy/value.ts';
import { aliasOf, lazyOf, Tensor } from './tensor.ts';

/** The function that a tensor comes from. */
export interface Definition {
  /** Name of the composite or operator: `softmax`, `sigmoid`. */
  readonly name: string;
  /** What it was called with beside tensors, such as `axis`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly operands: readonly Tensor[];
}

/**
 * Returns the function that computes a tensor, and what it is computed of, such as the logits of a softmax; null for tensors
 * that are there already, and for arguments of traced functions.
 */
export function definitionOf(x: Tensor): Definition | null {
  let node = nodeOf(lazyOf(readArgument('definitionOf', 'x', x, tensorKind)));
  // A reshape to the same shape is another name.
  while (node?.template.op === 'reshape' && sameShape(node.results[0], node.operands[0]))
    node = nodeOf(node.operands[0]);
  if (node === null || node === undefined) return null;
  const { op, attributes } = node.template;
  const { name, config } = op === 'call' ? attributes : { name: op, config: { ...attributes } };
  return { name, config, operands: node.operands.map((value) => (value.held ? aliasOf(value) : new Tensor(value))) };
}

function sameShape(a: LazyValue, b: LazyValue): boolean {
  return a.type.shape.length === b.type.shape.length && a.type.shape.every((length, i) => length === b.type.shape[i]);
}
