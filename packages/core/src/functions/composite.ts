import { type CompositeConfigs, type CompositeName, compositeCall } from '@manabi/ir';
import { emit, emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { Tensor } from '../tensor.ts';

/** Calls a composite with one result, as one node. */
export function composite<K extends CompositeName>(
  name: K,
  operands: readonly LazyValue[],
  config: CompositeConfigs[K],
): LazyValue {
  return emitOne('call', operands, callOf(name, operands, config));
}

/** Calls a composite with several results, as one node. */
export function compositeResults<K extends CompositeName>(
  name: K,
  operands: readonly LazyValue[],
  config: CompositeConfigs[K],
): Tensor[] {
  return emit('call', operands, callOf(name, operands, config)).map((result) => new Tensor(result));
}

function callOf<K extends CompositeName>(name: K, operands: readonly LazyValue[], config: CompositeConfigs[K]) {
  return compositeCall(
    name,
    operands.map((operand) => operand.type),
    config,
  );
}
