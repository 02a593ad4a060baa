import { type DType, ManabiError } from '@manabi/core';
import { dtypeNames } from '@manabi/ir';
import type { Model } from '@manabi/layers';

/** Dtype and shape of a model input; an unknown length, such as that of the batch, is null. */
export interface InputType {
  readonly dtype: DType;
  readonly shape: readonly (number | null)[];
  /** Whether the model takes a list of inputs, of which this is one. */
  readonly isInList: boolean;
}

/** Returns a dtype by name; throws a ManabiError `dtype` for an unknown name. */
export function checkDType(name: string): DType {
  const found = dtypeNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new ManabiError('dtype', `Unknown dtype '${name}'. Known: ${dtypeNames.join(', ')}.`, {
    data: { dtype: name },
  });
}

/** Returns the dtypes and shapes of a model's inputs; null if the model is not built. */
export function inputTypesOf(model: Model): InputType[] | null {
  const { inputTypes } = model;
  if (inputTypes === null) return null;
  if (isList(inputTypes)) return inputTypes.map(({ dtype, shape }) => ({ dtype, shape, isInList: true }));
  return [{ dtype: inputTypes.dtype, shape: inputTypes.shape, isInList: false }];
}

/** Builds a model for inputs of the given dtypes and shapes, unless the model is already built. */
export function buildFor(model: Model, inputs: readonly InputType[] | null): void {
  if (model.built || inputs === null) return;
  const [first] = inputs;
  model.ensureBuilt(inputs.length === 1 && !first.isInList ? first : inputs);
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
