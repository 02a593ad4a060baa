import { clone, type Tensor } from '@manabi/core';
import { keyedVariables } from '../models/keyed-variables.ts';
import type { Model } from '../models/model.ts';
import type { Variable } from '../variable.ts';

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

/** How a model's weights are trained now. */
export function weightLayout(model: Model): WeightLayout {
  const trained = new Set(model.trainableWeights);
  const placed = [...keyedVariables(model)].map(([path, variable]) => ({ path, variable }));
  return {
    trainable: placed.filter(({ variable }) => trained.has(variable)),
    state: placed.filter(({ variable }) => !variable.madeTrainable),
    frozen: placed.filter(({ variable }) => variable.madeTrainable && !trained.has(variable)),
  };
}

/** The present values of weights, by path. */
export function read(placed: readonly PlacedVariable[]): Record<string, Tensor> {
  const values: Record<string, Tensor> = {};
  for (const { path, variable } of placed) values[path] = variable.value;
  return values;
}

/** Sets the present values of weights. */
export function write(placed: readonly PlacedVariable[], values: Readonly<Record<string, Tensor>>): void {
  for (const { path, variable } of placed) variable.assign(values[path]);
}

/** The value that each variable got from a training step last: nobody else holds it, so that it can be given away. */
const made = new WeakMap<Variable, Tensor>();

/** Values of weights to be given away: those that somebody else may hold are copied. */
export function give(placed: readonly PlacedVariable[]): Record<string, Tensor> {
  const values: Record<string, Tensor> = {};
  for (const { path, variable } of placed) {
    const { value } = variable;
    values[path] = made.get(variable) === value ? value : clone(value);
  }
  return values;
}

/** Sets weights to what a step made. */
export function take(placed: readonly PlacedVariable[], values: Readonly<Record<string, Tensor>>): void {
  for (const { path, variable } of placed) {
    const value = values[path];
    made.set(variable, value);
    variable.assign(value);
  }
}
