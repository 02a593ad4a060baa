import { ManabiError, type Tensor } from '@manabi/core';
import type { Layer } from '../layer/layer.ts';
import type { Variable } from '../variables/variable.ts';
import { lease, presentValue } from '../variables/variable-use.ts';
import { keyedVariables } from './keyed-variables.ts';
import type { ModelValues } from './run.ts';

/** The present values of a layer's or model's weights; they stay valid. */
export function valuesOf(layer: Layer): ModelValues {
  return sorted(layer, ({ value }) => value);
}

/** The same for a call that is dispatched at once: see `presentValue`. */
export function presentValues(layer: Layer): ModelValues {
  return sorted(layer, presentValue);
}

/** The present values of a model's weights, which stay as they are until they are released. */
export interface ValuesLease {
  readonly values: ModelValues;
  release(): void;
}

/** The same for a run of several calls, such as an evaluation: it sees one state of the weights, whatever is trained. */
export function leaseValues(layer: Layer): ValuesLease {
  const variables = [...keyedVariables(layer).values()];
  const { values, release } = lease(variables);
  const known = new Map(variables.map((variable, i) => [variable, values[i]]));
  return { values: sorted(layer, (variable) => known.get(variable) ?? variable.value), release };
}

/**
 * Sets weights by path; others stay.
 *
 * @throws ManabiError `argument` for a path that the layer does not have; `shape` or `dtype` for a value that does not fit
 */
export function assignValues(layer: Layer, { trainable, state }: ModelValues): void {
  const keyed = keyedVariables(layer);
  for (const [path, value] of Object.entries({ ...state, ...trainable })) {
    const variable = keyed.get(path);
    if (variable === undefined) {
      const message = `Model '${layer.name}' has no weight '${path}': the values are those of another model.`;
      throw new ManabiError('argument', message, { op: 'assign', data: { model: layer.name, path } });
    }
    variable.assign(value);
  }
}

/** Weights after their constraints. */
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
