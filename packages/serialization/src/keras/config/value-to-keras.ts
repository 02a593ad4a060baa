import { ManabiError } from '@manabi/core';
import type { ElementArray } from '@manabi/ir';
import {
  isLayerDescription,
  Layer,
  type LayerDescription,
  type SavedAs,
  savedAs,
  withoutPackage,
} from '@manabi/layers/classes';
import type { Json, JsonObject } from '../json.ts';
import { isKerasActivation, moduleWithin } from './keras-classes.ts';
import { toSnake, wordToKeras } from './spelling.ts';

/** Whose config a value is in, for messages. */
export interface Owner {
  /** `Layer 'dense' (Dense)`. */
  readonly title: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** A layer within, as Keras writes it. */
  readonly writeLayer: (layer: Layer | LayerDescription) => JsonObject;
}

/** The owner that a layer is. */
export function ownerOf({ name, className }: Layer, writeLayer: Owner['writeLayer']): Owner {
  return { title: `Layer '${name}' (${className})`, data: { layer: name, className }, writeLayer };
}

/**
 * An option's value as Keras writes it.
 *
 * @param option the name, in camelCase
 * @throws ManabiError `argument` for what no file can hold: functions, tensors, numbers that are not finite
 */
export function valueToKeras(owner: Owner, option: string, value: unknown): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw notSavable(owner, option, `${value}, which JSON cannot hold`);
  }
  if (typeof value === 'string')
    return isOwnActivation(option, value) ? functionToKeras(value) : wordToKeras(option, value);
  if (value instanceof Layer) return owner.writeLayer(value);
  if (Array.isArray(value)) return value.map((item) => valueToKeras(owner, option, item));
  if (isNumbers(value)) return Array.from(value);
  if (typeof value === 'function') {
    const name = value.name === '' ? 'a function without a name' : `the function '${value.name}'`;
    throw notSavable(
      owner,
      option,
      `${name}. Register it under a name: register('activation', …), register('loss', …)`,
    );
  }
  if (isDescribed(value)) return describedToKeras(owner, value);
  if (isPlain(value)) return configToKeras(owner, value);
  throw notSavable(owner, option, `of a kind that no file holds (${typeof value})`);
}

/**
 * All options of a config; undefined is left out.
 *
 * @param spelling names that Keras spells by another rule than ours
 */
export function configToKeras(
  owner: Owner,
  config: Readonly<Record<string, unknown>>,
  spelling: Readonly<Record<string, string>> = {},
): JsonObject {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  const spelled = (name: string): string => (Object.hasOwn(spelling, name) ? spelling[name] : toSnake(name));
  return Object.fromEntries(entries.map(([name, value]) => [spelled(name), valueToKeras(owner, name, value)]));
}

/** A registered object: what Keras's `serialize_keras_object` makes. */
export function kerasObject(module: string | null, className: string, config: Json): JsonObject {
  if (module !== null) return { module, class_name: className, config, registered_name: null };
  return ownObject({ className }, config);
}

/**
 * An object whose class is none of Keras, as the file that it came from named it.
 *
 * @param saved its name with its package, and its module
 */
export function ownObject({ className = '', module = null }: SavedName, config: Json): JsonObject {
  return { module, class_name: withoutPackage(className), config, registered_name: className };
}

type SavedName = Pick<SavedAs, 'className'> & { readonly module?: string | null };

/** A function, as Keras writes it. */
export function functionToKeras(name: string): JsonObject {
  return { module: 'builtins', class_name: 'function', config: name, registered_name: 'function' };
}

function isOwnActivation(option: string, value: string): boolean {
  return /activation$/i.test(option) && !isKerasActivation(toSnake(value));
}

function describedToKeras(owner: Owner, described: Described): JsonObject {
  if (isLayerDescription(described)) return owner.writeLayer(described);
  const name = { className: described.className, ...described.savedAs, ...savedAs(described) };
  const config = configToKeras(owner, described.config);
  const module = moduleWithin(name.className);
  return module === undefined ? ownObject(name, config) : kerasObject(module, name.className, config);
}

interface Described {
  readonly className: string;
  readonly savedAs?: SavedAs;
  readonly config: Readonly<Record<string, unknown>>;
}

function isDescribed(value: unknown): value is Described {
  return typeof value === 'object' && value !== null && 'className' in value && 'config' in value;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a value is a typed array of dtypes that are here. */
function isNumbers(value: unknown): value is ElementArray {
  return [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array].some((kind) => value instanceof kind);
}

/** What says that something cannot be saved. */
export function notSavable(owner: Owner, option: string, what: string): ManabiError {
  return new ManabiError('argument', `${owner.title} cannot be saved: its option '${option}' is ${what}.`, {
    op: 'saveModel',
    data: { ...owner.data, option },
  });
}
