import { ManabiError, type Tensor } from '@manabi/core';
import type { Layer } from '../layer/layer.ts';
import type { Variable } from '../variables/variable.ts';
import { lease, presentValue } from '../variables/variable-use.ts';
import { keyedVariables } from './keyed-variables.ts';
import type { ModelValues } from './run.ts';

/** Returns the current values of a layer's or model's weights, as tensors that stay valid during training. */
export function valuesOf(layer: Layer): ModelValues {
  return sorted(layer, ({ value }) => value);
}

/** Returns the current values of the weights for a call that is dispatched immediately: see `presentValue`. */
export function presentValues(layer: Layer): ModelValues {
  return sorted(layer, presentValue);
}

/** Values of a model's weights at one time, which stay valid until they are released. */
export interface ValuesLease {
  readonly values: ModelValues;
  release(): void;
}

/**
 * Keeps the current values of the weights valid for several calls, so that all batches of an evaluation use the same
 * values.
 */
export function leaseValues(layer: Layer): ValuesLease {
  const variables = [...keyedVariables(layer).values()];
  const { values, release } = lease(variables);
  const known = new Map(variables.map((variable, i) => [variable, values[i]]));
  return { values: sorted(layer, (variable) => known.get(variable) ?? variable.value), release };
}

/**
 * Sets the weights with the given paths, and keeps all others.
 *
 * @throws ManabiError `argument` for an unknown path; `shape` or `dtype` for a value that does not match its weight
 */
export function assignValues(layer: Layer, { trainable, state }: ModelValues): void {
  const keyed = keyedVariables(layer);
  for (const [path, value] of Object.entries({ ...state, ...trainable })) {
    const variable = keyed.get(path);
    if (variable === undefined) {
      const message = `Model '${layer.name}' has no weight '${path}'. Pass values of this model: model.values().`;
      throw new ManabiError('argument', message, { op: 'assign', data: { model: layer.name, path } });
    }
    variable.assign(value);
  }
}

/** Applies the constraints of the weights to the given values, and returns the results. */
export function constrained(layer: Layer, trainable: ModelValues['trainable']): ModelValues['trainable'] {
  const keyed = keyedVariables(layer);
  return Object.fromEntries(
    Object.entries(trainable).map(([path, value]) => [path, keyed.get(path)?.constraint?.constrain(value) ?? value]),
  );
}

function sorted(layer: Layer, readOne: (variable: Variable) => Tensor): ModelValues {
  const trained = new Set(layer.trainableWeights);
  const trainable: Record<string, Tensor> = {};
  const state: Record<string, Tensor> = {};
  for (const [path, variable] of keyedVariables(layer)) {
    const values = trained.has(variable) ? trainable : state;
    values[path] = readOne(variable);
  }
  return { trainable, state };
}
