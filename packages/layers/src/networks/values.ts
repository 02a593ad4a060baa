import type { Tensor } from '@manabi/core';
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
