import { ManabiError } from '@manabi/core';
import { formatGiven } from '@manabi/errors/internal';
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

/** Layer, model or other object whose config is converted, for error messages. */
export interface Owner {
  /** Description of the owner, such as `Layer 'dense' (Dense)`. */
  readonly title: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Converts a nested layer to Keras's format. */
  readonly writeLayer: (layer: Layer | LayerDescription) => JsonObject;
}

/** Returns the title and data with which error messages name a layer, and the function that converts nested layers. */
export function ownerOf({ name, className }: Layer, writeLayer: Owner['writeLayer']): Owner {
  return { title: `Layer '${name}' (${className})`, data: { layer: name, className }, writeLayer };
}

/**
 * Converts the value of an option to Keras's format.
 *
 * @param option name of the option in camelCase
 * @throws ManabiError `argument` for values that files cannot hold: functions, tensors, numbers that are not finite
 */
export function valueToKeras(owner: Owner, option: string, value: unknown): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw notSavable(owner, option, `${value}. Use a finite number`);
  }
  if (typeof value === 'string')
    return isOwnActivation(option, value) ? functionToKeras(value) : wordToKeras(option, value);
  if (value instanceof Layer) return owner.writeLayer(value);
  if (Array.isArray(value)) return value.map((item) => valueToKeras(owner, option, item));
  if (isNumbers(value)) return Array.from(value);
  if (typeof value === 'function') {
    const name = value.name === '' ? 'an unnamed function' : `the function '${value.name}'`;
    throw notSavable(
      owner,
      option,
      `${name}. Register it, as in register('activation', …) or register('loss', …), and pass its name`,
    );
  }
  if (isDescribed(value)) return describedToKeras(owner, value);
  if (isPlain(value)) return configToKeras(owner, value);
  throw notSavable(owner, option, `${formatGiven(value)}, which files cannot hold`);
}

/**
 * Converts all options of a config, leaving out undefined ones.
 *
 * @param spelling names with an irregular spelling in Keras
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

/** Returns an object in the format of Keras's `serialize_keras_object`. */
export function kerasObject(module: string | null, className: string, config: Json): JsonObject {
  if (module !== null) return { module, class_name: className, config, registered_name: null };
  return ownObject({ className }, config);
}

/**
 * Returns the object of a custom class, with the names from its original file.
 *
 * @param saved name of the class with its package, and its module
 */
export function ownObject({ className = '', module = null }: SavedName, config: Json): JsonObject {
  return { module, class_name: withoutPackage(className), config, registered_name: className };
}

type SavedName = Pick<SavedAs, 'className'> & { readonly module?: string | null };

/** Returns a reference to a registered function in Keras's format. */
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

/** Reports whether a value is a typed array of a supported dtype. */
function isNumbers(value: unknown): value is ElementArray {
  return [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array].some((kind) => value instanceof kind);
}

/** Returns the error for a value that cannot be saved. */
export function notSavable(owner: Owner, option: string, problem: string): ManabiError {
  return new ManabiError('argument', `${owner.title} cannot be saved: option \`${option}\` is ${problem}.`, {
    op: 'saveModel',
    data: { ...owner.data, option },
  });
}
