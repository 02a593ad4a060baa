import type { JsonObject } from '../json.ts';

/** Operators that no layer is called like: in `.h5` files, Keras 3 does not say where a class is from. */
const ALONE: ReadonlySet<string> = new Set([
  'Any',
  'ConvertToTensor',
  'LogicalAnd',
  'LogicalOr',
  'NotEqual',
  'OnesLike',
]);

/** Whether an entry of a functional model's config is an operator of `keras.ops`, and no layer. */
export function isOperator({ module, class_name: className }: JsonObject): boolean {
  if (module === undefined) return ALONE.has(String(className));
  return typeof module === 'string' && /(^|\.)ops(\.|$)/.test(module);
}
