import { readArgument } from '@manabi/errors';
import { tensorKind } from './functions/argument-kinds.ts';
import type { LazyValue } from './lazy/value.ts';
import { nodeOf } from './lazy/value.ts';
import { aliasOf, lazyOf, Tensor } from './tensor.ts';

/** The operator or composite that computes a tensor, with its arguments. */
export interface Definition {
  /** Name of the composite or operator: `softmax`, `sigmoid`. */
  readonly name: string;
  /** Arguments that are not tensors, such as `axis`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly operands: readonly Tensor[];
}

/**
 * Returns the operator or composite that computes a pending tensor, with its operands, such as the logits of a softmax.
 * Returns null for tensors whose elements are already known and for arguments of traced functions.
 *
 * @throws ManabiError `argument` unless x is a tensor; `donated` or `disposed` for a tensor that is no longer valid
 * @example
 * ```ts
 * import { definitionOf, softmax, tensor } from 'manabi';
 *
 * const definition = definitionOf(softmax(tensor([[1, 2]])));
 * console.log(definition?.name); // softmax
 * console.log(definition?.config); // { axis: 1 }
 * ```
 */
export function definitionOf(x: Tensor): Definition | null {
  let node = nodeOf(lazyOf(readArgument('definitionOf', 'x', x, tensorKind)));
  // A reshape to the same shape is only an alias of its operand, so the definition of the operand is returned.
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
