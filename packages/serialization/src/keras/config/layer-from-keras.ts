import type { FileError } from '@manabi/files';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { olderOptions } from '../legacy/older-options.ts';
import { classNameOf } from './class-names.ts';
import { graphFromKeras } from './graph-from-keras.ts';
import type { LayerDescription } from './layer-description.ts';
import { optionsFromKeras } from './options-from-keras.ts';
import { malformed, type Origin, type Scope, unsupported } from './origin.ts';

/**
 * A layer or model of Keras's config, as `layerFrom` takes it. One that stands in several places is one description.
 *
 * @throws FileError `corrupt` for what is no layer; `unsupported` for what we do not have
 */
export function layerFromKeras(origin: Origin, value: Json): LayerDescription {
  if (!isObject(value) || typeof value.class_name !== 'string') throw malformed(origin, 'a layer', value, 'a layer');
  const { shared_object_id: number } = value;
  if (typeof number !== 'number') return newLayer(origin, value, value.class_name);
  const layer = origin.shared.get(number) ?? newLayer(origin, value, value.class_name);
  origin.shared.set(number, layer);
  return layer;
}

function newLayer(origin: Origin, value: JsonObject, givenClass: string): LayerDescription {
  const className = classNameOf(origin, value);
  const { config } = value;
  if (className === 'Sequential') return described(className, sequentialFromKeras(origin, config ?? {}));
  if (!isObject(config)) throw malformed(origin, 'an object', config, `the config of ${className}`);
  if (className === 'Lambda') throw lambda(origin, config);
  if (className === 'Functional') {
    return described(className, { ...namesOf(config), ...graphFromKeras(scopeOf(origin), config) });
  }
  const options = origin.generation === 3 ? config : olderOptions(origin, givenClass, config);
  return described(className, optionsFromKeras(scopeOf(origin), className, options));
}

/** A config of which layers are read as this file reads them. */
export function scopeOf(origin: Origin): Scope {
  return { ...origin, readLayer: (value) => layerFromKeras(origin, value) };
}

function described(className: string, config: Readonly<Record<string, unknown>>): LayerDescription {
  return { kind: 'layer', className, config };
}

function sequentialFromKeras(origin: Origin, config: Json): Record<string, unknown> {
  // Keras before 2.2.3 wrote the layers alone.
  const whole: JsonObject = isList(config) ? { layers: config } : isObject(config) ? config : {};
  const { layers } = whole;
  if (!isList(layers)) throw malformed(origin, 'a list', layers, 'the layers of a sequential model');
  return { ...namesOf(whole), layers: layers.map((layer) => layerFromKeras(origin, layer)) };
}

function namesOf({ name, trainable }: JsonObject): Record<string, unknown> {
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof trainable === 'boolean' ? { trainable } : {}),
  };
}

function lambda(origin: Origin, { name }: JsonObject): FileError {
  return unsupported(
    origin,
    `the layer '${String(name)}' (Lambda) holds Python code, which only Python runs. Replace it by a layer, and save the ` +
      'model again.',
    { layer: name ?? null, className: 'Lambda' },
  );
}
