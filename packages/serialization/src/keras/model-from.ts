import { ManabiError } from '@manabi/core';
import { FileError } from '@manabi/files';
import { type Layer, layerFrom, Model } from '@manabi/layers';
import { layerFromKeras } from './config/layer-from-keras.ts';
import type { Origin } from './config/origin.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';

/**
 * The model of a config, with weights of its own.
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export function modelFrom(origin: Origin, config: JsonObject): Model {
  const { className, config: options } = layerFromKeras(origin, config);
  const layer = made(origin, className, options);
  if (!(layer instanceof Model)) {
    throw new FileError('unsupported', `${origin.source} holds a layer (${className}), and no model.`, {
      data: { source: origin.source, className },
    });
  }
  if (!layer.built) build(layer, config);
  return layer;
}

function made(origin: Origin, className: string, options: Readonly<Record<string, unknown>>): Layer {
  try {
    return layerFrom(className, options);
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    throw new FileError('unsupported', `${origin.source} cannot be loaded: ${error.message}`, {
      data: { source: origin.source, ...error.data },
      cause: error,
    });
  }
}

/** Makes the weights of a model whose layers do not say what they take: its file says for which inputs they were made. */
function build(model: Model, { config, build_config: buildConfig }: JsonObject): void {
  const within = isObject(config) ? config.build_input_shape : undefined;
  const shape = within ?? (isObject(buildConfig) ? buildConfig.input_shape : undefined);
  if (isShape(shape)) model.build(shape);
  else if (isList(shape) && shape.every(isShape)) model.build(shape);
}

function isShape(value: Json | undefined): value is readonly (number | null)[] {
  return isList(value) && value.length > 0 && value.every((length) => length === null || typeof length === 'number');
}
