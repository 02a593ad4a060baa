import { ManabiError } from '@manabi/core';
import { anyOf, functionOf, kind, listOf, readArgument, text } from '@manabi/errors';
import { didYouMean, nearestNames } from '@manabi/errors/internal';
import { isLayer, type Layer } from '../layer/layer.ts';
import { isNetwork } from './network.ts';

/**
 * Which layers to select: a name, or the beginning of names followed by `*`; a list of them; a pattern for names; or a
 * function of a layer and its index in its model.
 */
export type LayerSelection = string | readonly string[] | RegExp | ((layer: Layer, index: number) => boolean);

const selectionKind = anyOf(
  text,
  listOf(text, { min: 1 }),
  kind('a regular expression', (given): given is RegExp => given instanceof RegExp),
  functionOf<(layer: Layer, index: number) => boolean>('a function (layer, index) => boolean'),
);

const ownerKind = kind('a layer or model', isLayer);

/** A layer of a model or of a model in it, with its index. */
type Unit = readonly [layer: Layer, index: number];

/**
 * Freezes layers of a model: `fit` then keeps their weights, and batch normalization uses its moving averages. Models in
 * the model are searched, too. Takes effect at the next `compile`.
 *
 * @param layers which layers (default: all)
 * @returns the names of the selected layers
 * @throws ManabiError `argument` if no layer is selected, with the nearest names
 * @example
 * ```ts
 * import { freeze, layers, sequential } from 'manabi';
 *
 * const model = sequential([
 *   layers.dense({ units: 4, name: 'block1_a', inputShape: [2] }),
 *   layers.dense({ units: 4, name: 'block1_b' }),
 *   layers.dense({ units: 1, name: 'scores' }),
 * ]);
 * console.log(freeze(model, 'block1_*')); // ['block1_a', 'block1_b']
 * console.log(model.trainableWeights.length); // 2
 * ```
 */
export function freeze(model: Layer, layers: LayerSelection = () => true): readonly string[] {
  const { selected } = select('freeze', model, layers);
  for (const layer of selected) layer.trainable = false;
  return selected.map(({ name }) => name);
}

/**
 * Unfreezes layers of a model, and keeps all others as they are, also those of a model that was frozen as a whole. Takes
 * effect at the next `compile`.
 *
 * @param layers which layers (default: all)
 * @returns the names of the selected layers
 * @throws ManabiError `argument` if no layer is selected, with the nearest names
 * @example
 * ```ts
 * import { layers, sequential, unfreeze } from 'manabi';
 *
 * const base = sequential([
 *   layers.dense({ units: 4, name: 'block1', inputShape: [2] }),
 *   layers.dense({ units: 4, name: 'block2' }),
 * ]);
 * base.trainable = false;
 * console.log(unfreeze(base, 'block2')); // ['block2']
 * console.log(base.trainableWeights.length); // 2
 * ```
 */
export function unfreeze(model: Layer, layers: LayerSelection = () => true): readonly string[] {
  const { selected, others } = select('unfreeze', model, layers);
  const kept = others.flatMap(withinLayer).map((layer) => [layer, layer.trainable] as const);
  // A frozen model has no trainable weights, even if some of its layers are trainable.
  model.trainable = true;
  // A layer comes before the layers in it, which it changes as well.
  for (const [layer, trainable] of kept) layer.trainable = trainable;
  return selected.map(({ name }) => name);
}

function select(op: string, model: Layer, selection: LayerSelection) {
  readArgument(op, 'model', model, ownerKind);
  const matches = matcher(readArgument(op, 'layers', selection, selectionKind));
  const units = unitsOf(model);
  const selected = units.filter(([layer, index]) => matches(layer, index));
  if (selected.length === 0) throw noneSelected(op, model, selection, units);
  const chosen = new Set(selected.map(([layer]) => layer));
  return {
    selected: selected.map(([layer]) => layer),
    others: units.map(([layer]) => layer).filter((layer) => !chosen.has(layer)),
  };
}

/** Returns the layers of a model and of the models in it, without these models. */
function unitsOf(model: Layer): readonly Unit[] {
  return model.sublayers.flatMap((layer, index) => (isNetwork(layer) ? unitsOf(layer) : [[layer, index] as const]));
}

/** Returns a layer and all layers in it, such as the layer that a wrapper applies. */
function withinLayer(layer: Layer): readonly Layer[] {
  return [layer, ...layer.sublayers.flatMap(withinLayer)];
}

function matcher(selection: LayerSelection): (layer: Layer, index: number) => boolean {
  if (typeof selection === 'function') return selection;
  if (selection instanceof RegExp) {
    // Without its flags `g` and `y`, with which a test would begin where the previous one ended.
    const pattern = new RegExp(selection.source, selection.flags.replace(/[gy]/g, ''));
    return ({ name }) => pattern.test(name);
  }
  const names = [selection].flat();
  return ({ name }) => names.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
}

function noneSelected(op: string, model: Layer, selection: LayerSelection, units: readonly Unit[]): ManabiError {
  const names = units.map(([{ name }]) => name);
  const given = typeof selection === 'function' ? 'the function' : String(selection);
  return new ManabiError(
    'argument',
    `No layer of '${model.name}' matches ${given}. ${didYouMean(given.replace(/\*$/, ''), names)}`,
    { op, data: { model: model.name, given, nearest: nearestNames(given, names) } },
  );
}
