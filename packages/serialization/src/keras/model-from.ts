import { ManabiError } from '@manabi/core';
import { type Layer, type LayerDescription, layerFromDescription, Model } from '@manabi/layers/classes';
import type { ConfigPart } from './config/config-part.ts';
import { layerFromKeras } from './config/layer-from-keras.ts';
import { isList, isObject, type Json } from './json.ts';

/**
 * Creates the model of a config, with new weights.
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export async function modelFrom(config: ConfigPart): Promise<Model> {
  const description = layerFromKeras(config);
  const { className } = description;
  const layer = await made(config, description);
  if (!(layer instanceof Model)) {
    throw config.unsupported(
      `its config describes a layer (${className}), not a model. Save the model that contains it.`,
      { className },
    );
  }
  return layer;
}

async function made(config: ConfigPart, description: LayerDescription): Promise<Layer> {
  try {
    const layer = await layerFromDescription(description);
    if (layer instanceof Model && !layer.built) build(layer, config);
    return layer;
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    throw config.unsupported(error.message, error.data, error);
  }
}

/** Builds a model whose layers do not define its input shape; takes the input shape from the file. */
function build(model: Model, part: ConfigPart): void {
  const { config, build_config: buildConfig } = part.object();
  const within = isObject(config) ? config.build_input_shape : undefined;
  const shape = within ?? (isObject(buildConfig) ? buildConfig.input_shape : undefined);
  if (isShape(shape)) model.build(shape);
  else if (isList(shape) && shape.length > 0 && shape.every(isShape)) model.build(shape);
}

function isShape(value: Json | undefined): value is readonly (number | null)[] {
  return isList(value) && value.length > 0 && value.every((length) => length === null || typeof length === 'number');
}
