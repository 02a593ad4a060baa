import { formatPartialShape, type PartialType, toList } from '../structure/nested.ts';
import type { LayerBox } from './model-graph.ts';

/** What the boxes of a plot show. */
export interface LabelSettings {
  readonly showShapes: boolean;
  readonly showDtype: boolean;
  readonly showLayerNames: boolean;
  readonly showLayerActivations: boolean;
  readonly showTrainable: boolean;
}

/** A cell of a box: a caption such as `Input shape`, and a value. */
export interface LabelCell {
  readonly caption: string;
  readonly value: string;
  readonly color: 'white' | 'forestgreen' | 'firebrick';
}

/** Texts in the box of a layer. */
export interface LayerLabel {
  /** Name of the layer, or its class if names are not shown. */
  readonly title: string;
  /** Class of the layer in parentheses after its name; empty if names are not shown. */
  readonly className: string;
  readonly activation: string | null;
  readonly cells: readonly LabelCell[];
}

/** Returns the texts in the box of a layer, as in Keras's `plot_model`. */
export function layerLabel({ layer, owner }: LayerBox, settings: LabelSettings): LayerLabel {
  const isModel = layer === owner;
  const outputs = (isModel ? owner.outputTypes : owner.layerOutputTypes.get(layer)) ?? [];
  const inputs = isModel ? toList(owner.inputTypes ?? []) : toList(layer.nodes[0]?.inputs ?? []);
  const cells: LabelCell[] = [];
  const add = (caption: string, value: string, color: LabelCell['color'] = 'white'): void => {
    cells.push({ caption, value: value === '' ? '?' : value, color });
  };
  if (settings.showShapes) {
    if (layer.className !== 'InputLayer') add('Input shape', shapesOf(inputs));
    add('Output shape', shapesOf(outputs));
  }
  if (settings.showDtype) add('Output dtype', [...new Set(outputs.map(({ dtype }) => dtype))].join(', '));
  if (settings.showTrainable && layer.weights.length > 0) {
    if (layer.trainable) add('', 'Trainable', 'forestgreen');
    else add('', 'Non-trainable', 'firebrick');
  }
  return {
    title: settings.showLayerNames ? layer.name : layer.className,
    className: settings.showLayerNames ? ` (${layer.className})` : '',
    activation: settings.showLayerActivations ? activationOf(layer.getConfig().activation) : null,
    cells,
  };
}

function shapesOf(types: readonly Pick<PartialType, 'shape'>[]): string {
  return types.map(({ shape }) => formatPartialShape(shape)).join(', ');
}

/** Returns the name of an activation in a config; null for none. */
function activationOf(activation: unknown): string | null {
  if (typeof activation === 'string') return activation;
  if (typeof activation !== 'object' || activation === null) return null;
  const name: unknown = Reflect.get(activation, 'className');
  return typeof name === 'string' ? name : null;
}
