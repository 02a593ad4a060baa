import { isList, isObject, type JsonObject } from '../json.ts';

/** Operators that no layer is called like: in `.h5` files, Keras 3 does not say where a class is from. */
const ALONE: ReadonlySet<string> = new Set([
  'Any',
  'ConvertToTensor',
  'LogicalAnd',
  'LogicalOr',
  'NotEqual',
  'OnesLike',
  'ZerosLike',
]);

/** Whether an entry of a functional model's config is an operator of `keras.ops`, and no layer. */
export function isOperator({ module, class_name: className, inbound_nodes: nodes }: JsonObject): boolean {
  if (module === undefined) {
    const calls = isList(nodes) ? nodes.filter(isObject) : [];
    const takesNumbers = calls.some(({ args }) => isList(args) && args.some((value) => typeof value === 'number'));
    return takesNumbers || ALONE.has(String(className));
  }
  return typeof module === 'string' && /(^|\.)ops(\.|$)/.test(module);
}
