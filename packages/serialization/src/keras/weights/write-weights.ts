import { type HostArray, hostArray, type Tensor } from '@manabi/core';
import type { Layer, Model } from '@manabi/layers';
import { groupAt, type NewGroup, newGroup } from '../../hdf5/tree.ts';
import { type OptimizerVariable, optimizerVariables } from './optimizer-variables.ts';
import { layerPlaces } from './places.ts';
import { readValues } from './read-values.ts';

type State = NonNullable<Model['trainer']['optimizerState']>;

/** The groups and datasets of `model.weights.h5`: the weights of a model, in Keras 3's layout. */
export async function weightsTree(model: Layer): Promise<NewGroup> {
  const places = layerPlaces(model);
  const variables = [...new Set(places.flatMap((place) => place.variables))];
  const values = await readValues(variables.map(({ value }) => value));
  const arrayOf = new Map(variables.map((variable, i) => [variable, values[i]] as const));
  const root = newGroup();
  for (const { path, layer, variables: own } of places) {
    if (own.length === 0) continue;
    const arrays = own.flatMap((variable) => arrayOf.get(variable) ?? []);
    putVariables(root, path, layer.name, arrays);
  }
  return root;
}

/**
 * Adds the optimizer's state of a compiled model, unless it has none before its first step.
 *
 * @param root as `weightsTree` made it
 */
export async function putOptimizer(root: NewGroup, { trainer }: Model): Promise<void> {
  const { optimizerState: state } = trainer;
  if (state === null) return;
  const { optimizer } = trainer.compilation;
  const { learningRate, slots } = state;
  const [firstSlot = {}] = Object.values(slots);
  const order = optimizerVariables(optimizer.className, slots, learningRate !== null, Object.keys(firstSlot));
  const tensors = order.flatMap((variable) => tensorsOf(variable, state));
  putVariables(root, ['optimizer'], optimizer.name, await readValues(tensors));
}

function tensorsOf(variable: OptimizerVariable, { step, learningRate, slots }: State): readonly Tensor[] {
  switch (variable.kind) {
    case 'iterations':
      return [step];
    case 'learningRate':
      return learningRate === null ? [] : [learningRate];
    case 'slot':
      return [slots[variable.slot][variable.path]];
    case 'shared':
      return Object.values(slots[variable.slot]).slice(0, 1);
  }
}

function putVariables(root: NewGroup, path: readonly string[], name: string, arrays: readonly HostArray[]): void {
  const group = groupAt(root, [...path, 'vars']);
  group.attributes.set('name', name);
  arrays.forEach(({ dtype, shape, data }, i) => {
    group.children.set(String(i), { kind: 'dataset', value: hostArray(dtype, shape, data), attributes: new Map() });
  });
}
