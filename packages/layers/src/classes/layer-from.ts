import { anything, type Kind, kind, readArgument, recordOf, text } from '@manabi/errors';
import { isLayerDescription, type LayerDescription } from '../layer/describe-layer.ts';
import type { Layer } from '../layer/layer.ts';
import type { LayerClass } from '../layer/layer-class.ts';
import { isPlainRecord, layerOf } from './layer-of.ts';
import { layerTable } from './layer-table.ts';

const descriptionKind: Kind<LayerDescription> = kind('a result of describeLayer', isLayerDescription);

/**
 * Returns the layer class with a given name, registered or built-in.
 *
 * @throws ManabiError `argument` for an unknown name, with the nearest ones
 * @example
 * ```ts
 * import { layerClass } from '@manabi/layers/classes';
 *
 * console.log((await layerClass('Dense')).name); // Dense
 * ```
 */
export async function layerClass(className: string): Promise<LayerClass> {
  readArgument('layerClass', 'className', className, text);
  const place = { op: 'layerClass', name: 'className' };
  await layerTable.load([className], place);
  return layerTable.get(className, place);
}

/**
 * Creates a layer from its class name and config: the inverse of `className` and `getConfig()`. Layers within the config are
 * created first; a description that occurs several times becomes one shared layer.
 *
 * @throws ManabiError `argument` for unknown names and invalid options
 * @example
 * ```ts
 * import { layerFrom } from '@manabi/layers/classes';
 *
 * const layer = await layerFrom('Dense', { units: 10, name: 'scores' });
 * console.log(layer.name); // scores
 * ```
 */
export async function layerFrom(className: string, config: Readonly<Record<string, unknown>>): Promise<Layer> {
  readArgument('layerFrom', 'className', className, text);
  readArgument('layerFrom', 'config', config, recordOf(anything()));
  return loadedFrom('layerFrom', { kind: 'layer', className, config });
}

/**
 * Creates a layer from a result of `describeLayer`, including the metadata that files store besides its config.
 *
 * @throws ManabiError as documented at `layerFrom`
 * @example
 * ```ts
 * import { describeLayer, layerFromDescription } from '@manabi/layers/classes';
 * import { layers } from 'manabi';
 *
 * const copy = await layerFromDescription(describeLayer(layers.flatten()));
 * console.log(copy.className); // Flatten
 * ```
 */
export async function layerFromDescription(description: LayerDescription): Promise<Layer> {
  readArgument('layerFromDescription', 'description', description, descriptionKind);
  return loadedFrom('layerFromDescription', description);
}

async function loadedFrom(op: string, description: LayerDescription): Promise<Layer> {
  const place = { op, name: 'className' };
  await layerTable.load(classesIn(description), place);
  return layerOf(description, (className) => layerTable.get(className, place));
}

/** Returns the class names of a described layer and of all layers in its config. */
function classesIn(description: LayerDescription): ReadonlySet<string> {
  const classes = new Set<string>();
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (isLayerDescription(value)) classes.add(value.className);
    if (Array.isArray(value) || isPlainRecord(value)) for (const item of Object.values(value)) visit(item);
  };
  visit(description);
  return classes;
}
