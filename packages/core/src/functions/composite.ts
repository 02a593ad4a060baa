import { type CommonConfigs, compositeCall } from '@manabi/ir';
import { emit, emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { Tensor } from '../tensor.ts';

/**
 * Adds the call of a composite with one result, such as a softmax, to the lazy graph as one node, and returns the
 * result.
 */
export function composite<K extends keyof CommonConfigs>(
  name: K,
  operands: readonly LazyValue[],
  config: CommonConfigs[K],
): LazyValue {
  return emitOne('call', operands, callOf(name, operands, config));
}

/** Adds the call of a composite, such as an LSTM, to the lazy graph as one node, and returns its results. */
export function compositeResults<K extends keyof CommonConfigs>(
  name: K,
  operands: readonly LazyValue[],
  config: CommonConfigs[K],
): Tensor[] {
  return emit('call', operands, callOf(name, operands, config)).map((result) => new Tensor(result));
}

function callOf<K extends keyof CommonConfigs>(name: K, operands: readonly LazyValue[], config: CommonConfigs[K]) {
  return compositeCall(
    name,
    operands.map((operand) => operand.type),
    config,
  );
}
