import { layerTable } from '@manabi/layers/classes';
import { operatorOf } from '@manabi/layers/operations';
import { isObject, type JsonObject } from '../json.ts';

/** Reports whether an entry of a functional model's config is an operator of `keras.ops`, not a layer. */
export function isOperator({ module, class_name: className, config }: JsonObject): boolean {
  if (typeof module === 'string') return /(^|\.)ops(\.|$)/.test(module);
  // In `.h5` files, Keras 3 does not write the module of a class. Some operators have names of layers, but only layers have
  // a dtype or a flag `trainable`.
  if (typeof className !== 'string' || !isObject(config) || 'trainable' in config) return false;
  return layerTable.row(className) === undefined
    ? 'name' in config && operatorOf(className) !== undefined
    : isOperatorConfig(className, config);
}

function isOperatorConfig(className: string, config: JsonObject): boolean {
  return operatorOf(className) !== undefined && !('dtype' in config);
}
