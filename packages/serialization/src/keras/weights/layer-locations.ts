import type { Variable } from '@manabi/layers';
import { Functional, Layer, Model, Sequential, snakeCase } from '@manabi/layers/classes';
import { layerRow } from '../config/keras-classes.ts';
import { toSnake } from '../config/spelling.ts';

/** Location of the weights of one layer in a Keras file. */
export interface LayerLocation {
  /** Names of nested groups, outermost first: `['layers', 'dense_1']`. */
  readonly path: readonly string[];
  /**
   * Path in files of Keras before 3.15, which did not track layers in lists of lists; null if it is equal to `path`.
   */
  readonly earlierPath: readonly string[] | null;
  readonly layer: Layer;
  /** Weights of the layer itself, in the order of the datasets `vars/0`, `vars/1`, … */
  readonly variables: readonly Variable[];
}

/** Group of a model's layers in TensorFlow 2.12 and 2.13. */
export const OLD_LAYERS = '_layer_checkpoint_dependencies';

/**
 * Returns the paths at which the weights of a layer may be: first that of the current layout, then those of earlier
 * layouts.
 */
export function pathsOf({ path, earlierPath }: LayerLocation): readonly (readonly string[])[] {
  const old = path.map((part) => (part === 'layers' ? OLD_LAYERS : part));
  // In Keras 2, the layers of multi-head attention are private attributes.
  const ofKeras2 = path.map((part) => part.replace(/^(key|output|query|value)_dense$/, '_$&'));
  return [path, old, ofKeras2, ...(earlierPath === null ? [] : [earlierPath])];
}

/**
 * Returns the locations of the weights of a model and its nested layers in a file of Keras 3. The locations follow the
 * structure of the model, not the names of layers. A layer that is used several times is stored at its first
 * occurrence.
 */
export function layerLocations(model: Layer): readonly LayerLocation[] {
  return walk(model).locations;
}

/** Returns the layers that occur more than once in a model. */
export function sharedLayers(model: Layer): ReadonlySet<Layer> {
  return walk(model).shared;
}

function walk(model: Layer): { readonly locations: readonly LayerLocation[]; readonly shared: ReadonlySet<Layer> } {
  const shared = new Set<Layer>();
  const locations: LayerLocation[] = [];
  const visited = new Set<Layer>();
  const earlier = new Map<Layer, readonly string[]>();
  const visit = (layer: Layer, path: readonly string[]): void => {
    if (visited.has(layer)) {
      shared.add(layer);
      return;
    }
    visited.add(layer);
    locations.push({ path, earlierPath: earlier.get(layer) ?? null, layer, variables: layer.ownWeights });
    if (isOwnModel(layer)) {
      const nameOf = numbering();
      for (const inner of layer.layers) earlier.set(inner, [...path, 'layers', nameOf(pathName(inner))]);
    }
    for (const [attribute, held] of heldBy(layer)) visitHeld(held, [...path, attribute]);
  };
  const visitHeld = (held: Held, path: readonly string[]): void => {
    if (held instanceof Layer) {
      visit(held, path);
      return;
    }
    const nameOf = numbering();
    for (const item of held) {
      const name = item instanceof Layer ? pathName(item) : 'container';
      visitHeld(item, [...path, nameOf(name)]);
    }
  };
  visit(model, []);
  return { locations, shared };
}

/** Returns a function that numbers names within a container as Keras does: `dense`, `dense_1`, … */
function numbering(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
}

/** Reports whether a layer is a custom model, whose layers Keras finds in its attributes. */
function isOwnModel(layer: Layer): layer is Model {
  return layer instanceof Model && layerRow(layer.className) === undefined && !isBuiltInModel(layer);
}

function isBuiltInModel(layer: Layer): boolean {
  return layer instanceof Sequential || layer instanceof Functional;
}

/** A layer, or a nested list of layers. */
type Held = Layer | readonly Held[];

/** Returns the attributes of a layer that contain layers, in the order in which Keras visits them. */
function heldBy(layer: Layer): readonly (readonly [string, Held])[] {
  const layers: readonly (readonly [string, Held])[] = layer instanceof Model ? [['layers', layer.layers]] : [];
  const row = layerRow(layer.className);
  const attributes: readonly (readonly [string, unknown])[] =
    row === undefined
      ? ownFields(layer)
      : Object.entries(row.within ?? {}).map(([attribute, field]) => [attribute, Reflect.get(layer, field)]);
  const held = attributes.flatMap(([attribute, value]): readonly (readonly [string, Held])[] => {
    const found = heldIn(value, new Set());
    return found === null ? [] : [[attribute, found]];
  });
  // In its own model classes, Keras visits the attribute `layers` first. In custom models, `layers` is visited in
  // alphabetical order like other attributes.
  const [first, rest] = isBuiltInModel(layer) ? [layers, held] : [[], [...layers, ...held]];
  return [...first, ...rest.sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1))];
}

/** Returns the fields and options of a custom layer by their names in Keras, where both are attributes. */
function ownFields(layer: Layer): readonly (readonly [string, unknown])[] {
  const { config, ...fields }: Readonly<Record<string, unknown>> = { ...layer };
  const all = { ...(typeof config === 'object' ? config : {}), ...fields };
  return Object.entries(all).map(([field, value]) => [toSnake(field), value]);
}

/** Returns the layers in the value of a field, in nested lists; null if it contains no layer. */
function heldIn(value: unknown, seen: Set<object>): Held | null {
  if (value instanceof Layer) return value;
  if (typeof value !== 'object' || value === null || seen.has(value)) return null;
  seen.add(value);
  const items: readonly unknown[] | null = Array.isArray(value)
    ? value
    : value instanceof Map
      ? [...value.values()]
      : Object.getPrototypeOf(value) === Object.prototype
        ? Object.values(value)
        : null;
  if (items === null) return null;
  const held = items.map((item) => heldIn(item, seen)).filter((item) => item !== null);
  return held.length === 0 ? null : held;
}

/** Returns the key by which attributes are sorted in Keras's order: by name, private ones last. */
function sortKey(attribute: string): string {
  return attribute.startsWith('_') ? `~${attribute}` : attribute;
}

function pathName({ className }: Layer): string {
  return snakeCase(layerRow(className)?.pathName ?? className);
}
