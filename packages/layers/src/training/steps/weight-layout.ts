import type { Tensor } from '@manabi/core';
import { keyedVariables } from '../../networks/keyed-variables.ts';
import type { Network } from '../../networks/network.ts';
import type { Variable } from '../../variables/variable.ts';
import { keepResult, presentValue, valueToDonate } from '../../variables/variable-use.ts';

/** A weight with its path in the model. */
export interface KeyedVariable {
  readonly path: string;
  readonly variable: Variable;
}

/** Weights of a model, grouped by what changes them in a training step. */
export interface WeightLayout {
  /** Weights that the optimizer changes. */
  readonly trainable: readonly KeyedVariable[];
  /** State that the model itself changes, such as moving statistics. */
  readonly state: readonly KeyedVariable[];
  /** Weights that do not change during training. */
  readonly frozen: readonly KeyedVariable[];
}

type Weights = Readonly<Record<string, Tensor>>;

/** Returns the weights of a model, grouped by what changes them in a training step. */
export function weightLayout(model: Network): WeightLayout {
  const trained = new Set(model.trainableWeights);
  const keyed = [...keyedVariables(model)].map(([path, variable]) => ({ path, variable }));
  return {
    trainable: keyed.filter(({ variable }) => trained.has(variable)),
    state: keyed.filter(({ variable }) => !variable.madeTrainable),
    frozen: keyed.filter(({ variable }) => variable.madeTrainable && !trained.has(variable)),
  };
}

/** Returns the current values of weights by path, for a call that is dispatched immediately: see `presentValue`. */
export function read(keyed: readonly KeyedVariable[]): Weights {
  return byPath(keyed, presentValue);
}

/** Returns the current values of weights by path, as tensors that stay valid. */
export function readToKeep(keyed: readonly KeyedVariable[]): Weights {
  return byPath(keyed, ({ value }) => value);
}

/** Sets the current values of weights. */
export function write(keyed: readonly KeyedVariable[], values: Weights): void {
  for (const { path, variable } of keyed) variable.assign(values[path]);
}

/** Returns the current values of weights, to be donated to a step; a value that other code uses is copied. */
export function give(keyed: readonly KeyedVariable[]): Weights {
  return byPath(keyed, valueToDonate);
}

/** Sets weights to the results of a training step, which the next step may overwrite. */
export function take(keyed: readonly KeyedVariable[], values: Weights): void {
  for (const { path, variable } of keyed) keepResult(variable, values[path]);
}

function byPath(keyed: readonly KeyedVariable[], readOne: (variable: Variable) => Tensor): Weights {
  const values: Record<string, Tensor> = {};
  for (const { path, variable } of keyed) values[path] = readOne(variable);
  return values;
}
