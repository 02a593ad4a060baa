import type { Tensor } from '@manabi/core';
import { keyedVariables } from '../../networks/keyed-variables.ts';
import type { Network } from '../../networks/network.ts';
import type { Variable } from '../../variables/variable.ts';
import { keepResult, presentValue, valueToDonate } from '../../variables/variable-use.ts';

/** A weight with its path in the model. */
export interface PlacedVariable {
  readonly path: string;
  readonly variable: Variable;
}

/** Which weights a training step changes how. */
export interface WeightLayout {
  /** By the optimizer. */
  readonly trainable: readonly PlacedVariable[];
  /** By the model itself: moving statistics. */
  readonly state: readonly PlacedVariable[];
  /** Not at all. */
  readonly frozen: readonly PlacedVariable[];
}

type Weights = Readonly<Record<string, Tensor>>;

/** How a model's weights are trained now. */
export function weightLayout(model: Network): WeightLayout {
  const trained = new Set(model.trainableWeights);
  const placed = [...keyedVariables(model)].map(([path, variable]) => ({ path, variable }));
  return {
    trainable: placed.filter(({ variable }) => trained.has(variable)),
    state: placed.filter(({ variable }) => !variable.madeTrainable),
    frozen: placed.filter(({ variable }) => variable.madeTrainable && !trained.has(variable)),
  };
}

/** The present values of weights, by path, for a call that is dispatched at once: see `presentValue`. */
export function read(placed: readonly PlacedVariable[]): Weights {
  return byPath(placed, presentValue);
}

/** The present values of weights, by path, to be kept. */
export function readToKeep(placed: readonly PlacedVariable[]): Weights {
  return byPath(placed, ({ value }) => value);
}

/** Sets the present values of weights. */
export function write(placed: readonly PlacedVariable[], values: Weights): void {
  for (const { path, variable } of placed) variable.assign(values[path]);
}

/** Values of weights to be donated: those that somebody else may hold are copied. */
export function give(placed: readonly PlacedVariable[]): Weights {
  return byPath(placed, valueToDonate);
}

/** Sets weights to what a step computes. */
export function take(placed: readonly PlacedVariable[], values: Weights): void {
  for (const { path, variable } of placed) keepResult(variable, values[path]);
}

function byPath(placed: readonly PlacedVariable[], readOne: (variable: Variable) => Tensor): Weights {
  const values: Record<string, Tensor> = {};
  for (const { path, variable } of placed) values[path] = readOne(variable);
  return values;
}
