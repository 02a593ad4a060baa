import { ManabiError } from '@manabi/core';
import type { ElementArray } from '@manabi/ir';
import { Layer, layerFrom } from '@manabi/layers';
import type { Json, JsonObject } from '../json.ts';
import { moduleWithin } from './modules.ts';
import { toSnake, wordToKeras } from './spelling.ts';

/** Whose config a value is in, for messages. */
export interface Owner {
  /** `Layer 'dense' (Dense)`. */
  readonly title: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** A layer within, as Keras writes it. */
  readonly writeLayer: (layer: Layer) => JsonObject;
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
  if (typeof value === 'string') return wordToKeras(option, value);
  if (value instanceof Layer) return owner.writeLayer(value);
  if (Array.isArray(value)) return value.map((item) => valueToKeras(owner, option, item));
  if (isNumbers(value)) return Array.from(value);
  if (typeof value === 'function') {
    const name = value.name === '' ? 'a function without a name' : `the function '${value.name}'`;
    throw notSavable(owner, option, `${name}. Register it under a name (registerActivation, registerLoss, …)`);
  }
  if (isDescribed(value)) return describedToKeras(owner, value);
  if (isPlain(value)) return configToKeras(owner, value);
  throw notSavable(owner, option, `of a kind that no file holds (${typeof value})`);
}

/** All options of a config; undefined is left out. */
export function configToKeras(owner: Owner, config: Readonly<Record<string, unknown>>): JsonObject {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [toSnake(name), valueToKeras(owner, name, value)]));
}

/** A registered object: what Keras's `serialize_keras_object` makes. */
export function kerasObject(module: string | null, className: string, config: Json): JsonObject {
  return { module, class_name: className, config, registered_name: module === null ? className : null };
}

function describedToKeras(owner: Owner, described: Described): JsonObject {
  const { className, config } = described;
  if ('kind' in described) return owner.writeLayer(layerFrom(className, config));
  return kerasObject(moduleWithin(className) ?? null, className, configToKeras(owner, config));
}

interface Described {
  readonly className: string;
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
