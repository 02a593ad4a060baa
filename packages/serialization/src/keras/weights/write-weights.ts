import { add, type HostArray, hostArray, mul, scalar, type Tensor, zerosLike } from '@manabi/core';
import type { Layer, Model } from '@manabi/layers';
import type { Optimizer } from '@manabi/optimizers';
import { groupAt, type NewGroup, newGroup } from '../../hdf5/tree.ts';
import { layerLocations } from './layer-locations.ts';
import { type OptimizerVariable, SCALE_VARIABLES, variablesOf } from './optimizer-variables.ts';
import { readValues } from './read-values.ts';

/** Returns the groups and datasets of `model.weights.h5`: the weights of a model in Keras 3's layout. */
export async function weightsTree(model: Layer): Promise<NewGroup> {
  const locations = layerLocations(model);
  const variables = [...new Set(locations.flatMap((location) => location.variables))];
  const values = await readValues(variables.map(({ value }) => value));
  const arrayOf = new Map(variables.map((variable, i) => [variable, values[i]] as const));
  const root = newGroup();
  const putQuantized = hasBytes(model)
    ? (await import('../quantized/put-quantized.ts')).quantizedPutter(model, root)
    : null;
  for (const { path, layer, variables: own } of locations) {
    putIdfWeights(root, path, layer);
    if (own.length === 0) continue;
    const arrays = own.flatMap((variable) => arrayOf.get(variable) ?? []);
    const isPut = putQuantized?.(path, groupOf(root, path, layer.name), layer, arrays) ?? false;
    if (!isPut) putVariables(root, path, layer.name, arrays);
  }
  return root;
}

/** Returns whether some weights are bytes, as those of quantized models are. */
export function hasBytes(model: Layer): boolean {
  return model.weights.some(({ dtype }) => dtype === 'uint8');
}

/** Reads the optimizer's state of a compiled model in Keras's order; empty before the first step. */
export async function readOptimizer(model: Model): Promise<readonly HostArray[]> {
  // If the trainer was not loaded yet, the model was not trained.
  if (!model.isTrainerLoaded) return [];
  const { accumulationSteps } = model.compilation;
  const state = model.trainer.state();
  if (state.optimizer === null) return [];
  const { step, learningRate, slots, lossScale } = state.optimizer;
  const tensorOf = (variable: OptimizerVariable): Tensor | null => {
    switch (variable.kind) {
      // With accumulated gradients, Keras counts batches, and manabi counts updates of the weights.
      case 'iterations':
        return accumulationSteps === 1 ? step : add(mul(step, accumulationSteps), state.pending);
      case 'unusedIterations':
        return scalar(0, { dtype: 'int32' });
      case 'unusedRate':
        return scalar(0);
      case 'stepCounter':
      case 'dynamicScale':
        return lossScale?.[variable.kind] ?? null;
      case 'learningRate':
        return learningRate;
      case 'average':
        return state.average?.[variable.path] ?? null;
      case 'gradient':
        return state.gradients?.[variable.path] ?? zerosLike(model.values().trainable[variable.path]);
      case 'slot':
        return slots[variable.slot][variable.path];
      case 'shared':
        return Object.values(slots[variable.slot])[0] ?? null;
    }
  };
  const tensors = variablesOf(model, state.optimizer).flatMap((variable) => tensorOf(variable) ?? []);
  return readValues(tensors);
}

/**
 * Adds the optimizer's state to a weights file.
 *
 * @param root the root group returned by `weightsTree`
 */
export function putOptimizer(root: NewGroup, { name, config }: Optimizer, state: readonly HostArray[]): void {
  putVariables(root, ['optimizer'], name, state);
  // Keras stores the variables of an inner optimizer twice.
  if ('innerOptimizer' in config) {
    putVariables(root, ['optimizer', 'inner_optimizer'], 'inner_optimizer', state.slice(SCALE_VARIABLES.length));
  }
}

/** Adds the weights of a lookup layer with `outputMode: 'tfIdf'`, which Keras requires although the config has them. */
function putIdfWeights(root: NewGroup, path: readonly string[], layer: Layer): void {
  const weights: unknown = Reflect.get(layer, 'idfWeights');
  if (!(weights instanceof Float32Array)) return;
  const value = hostArray('float32', [weights.length], weights);
  for (const part of [path, [...path, '_lookup_layer']]) {
    groupAt(root, [...part, 'vars']).children.set('idf_weights', { kind: 'dataset', value, attributes: new Map() });
  }
}

/** Returns the group of the weights of a layer or optimizer. */
function groupOf(root: NewGroup, path: readonly string[], name: string): NewGroup {
  const group = groupAt(root, [...path, 'vars']);
  group.attributes.set('name', name);
  return group;
}

function putVariables(root: NewGroup, path: readonly string[], name: string, arrays: readonly HostArray[]): void {
  const group = groupOf(root, path, name);
  arrays.forEach(({ dtype, shape, data }, i) => {
    group.children.set(String(i), { kind: 'dataset', value: hostArray(dtype, shape, data), attributes: new Map() });
  });
}
