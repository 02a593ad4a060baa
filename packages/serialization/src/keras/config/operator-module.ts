import { isList, isObject, type JsonObject } from '../json.ts';

/**
 * Names of operators that are not also names of layers. In `.h5` files, Keras 3 does not write the module of a class,
 * so only these names identify operators.
 */
const OPERATOR_NAMES: ReadonlySet<string> = new Set([
  'Any',
  'ConvertToTensor',
  'LogicalAnd',
  'LogicalOr',
  'NotEqual',
  'OnesLike',
  'ZerosLike',
]);

/** Reports whether an entry of a functional model's config is an operator of `keras.ops`, not a layer. */
export function isOperator({ module, class_name: className, inbound_nodes: nodes }: JsonObject): boolean {
  if (module === undefined) {
    const calls = isList(nodes) ? nodes.filter(isObject) : [];
    const takesNumbers = calls.some(({ args }) => isList(args) && args.some((value) => typeof value === 'number'));
    return takesNumbers || OPERATOR_NAMES.has(String(className));
  }
  return typeof module === 'string' && /(^|\.)ops(\.|$)/.test(module);
}
