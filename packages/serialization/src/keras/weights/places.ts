import type { Variable } from '@manabi/layers';
import { Functional, Layer, Model, Sequential, snakeCase } from '@manabi/layers/classes';
import { layerRow } from '../config/keras-classes.ts';
import { toSnake } from '../config/spelling.ts';

/** Where Keras keeps the weights of one layer in a file. */
export interface LayerPlace {
  /** Groups from the outside in: `['layers', 'dense_1']`. */
  readonly path: readonly string[];
  /** Where Keras kept them before 3.15: it did not look into lists of lists; null where it is the same place. */
  readonly earlierPath: readonly string[] | null;
  readonly layer: Layer;
  /** Its own weights, in the order of the datasets `vars/0`, `vars/1`, … */
  readonly variables: readonly Variable[];
}

/** TensorFlow 2.12 and 2.13 call the group of a model's layers so. */
export const OLD_LAYERS = '_layer_checkpoint_dependencies';

/** Where the weights of a layer may be: in Keras's layout first, and in those before it. */
export function pathsOf({ path, earlierPath }: LayerPlace): readonly (readonly string[])[] {
  const old = path.map((part) => (part === 'layers' ? OLD_LAYERS : part));
  return [path, old, ...(earlierPath === null ? [] : [earlierPath])];
}

/**
 * Where Keras 3 keeps the weights of a model and of all layers within: by structure, not by name. A layer that is used
 * in several places is where Keras meets it first.
 */
export function layerPlaces(model: Layer): readonly LayerPlace[] {
  return walk(model).places;
}

/** Layers that several layers or models within a model hold. */
export function sharedLayers(model: Layer): ReadonlySet<Layer> {
  return walk(model).shared;
}

function walk(model: Layer): { readonly places: readonly LayerPlace[]; readonly shared: ReadonlySet<Layer> } {
  const shared = new Set<Layer>();
  const places: LayerPlace[] = [];
  const visited = new Set<Layer>();
  const earlier = new Map<Layer, readonly string[]>();
  const visit = (layer: Layer, path: readonly string[]): void => {
    if (visited.has(layer)) {
      shared.add(layer);
      return;
    }
    visited.add(layer);
    places.push({ path, earlierPath: earlier.get(layer) ?? null, layer, variables: layer.ownWeights });
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
  return { places, shared };
}

/** Names things of one container as Keras does: `dense`, `dense_1`, … */
function numbering(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
}

/** Whether it is a model of one's own, which Keras knows by its attributes. */
function isOwnModel(layer: Layer): layer is Model {
  return layer instanceof Model && layerRow(layer.className) === undefined && !isBuiltInModel(layer);
}

function isBuiltInModel(layer: Layer): boolean {
  return layer instanceof Sequential || layer instanceof Functional;
}

/** A layer, or a list of layers and lists. */
type Held = Layer | readonly Held[];

/** Keras's attributes of a layer that hold layers, in the order in which Keras walks them. */
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
  // Keras begins with the layers of its own models; in others, `layers` is an attribute as any.
  const [first, rest] = isBuiltInModel(layer) ? [layers, held] : [[], [...layers, ...held]];
  return [...first, ...rest.sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1))];
}

/** What a layer of one's own holds: its fields, and its options, which Keras's classes keep as fields. */
function ownFields(layer: Layer): readonly (readonly [string, unknown])[] {
  const { config, ...fields }: Readonly<Record<string, unknown>> = { ...layer };
  const all = { ...(typeof config === 'object' ? config : {}), ...fields };
  return Object.entries(all).map(([field, value]) => [toSnake(field), value]);
}

/** Layers in a field of a layer; null if there are none. */
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

/** Keras walks attributes by name, private ones last. */
function sortKey(attribute: string): string {
  return attribute.startsWith('_') ? `~${attribute}` : attribute;
}

function pathName({ className }: Layer): string {
  return snakeCase(layerRow(className)?.pathName ?? className);
}
