import type { LayerDescription } from '@manabi/layers/classes';
import { isList, isObject, type Json } from '../json.ts';
import { findClass } from './class-names.ts';
import type { ConfigPart } from './config-part.ts';
import { dtypeFromKeras } from './dtype-from-keras.ts';
import { graphFromKeras } from './graph-from-keras.ts';
import { optionsFromKeras } from './options-from-keras.ts';

/**
 * Reads a layer or model of a Keras config as a description for `layerFrom`. A layer that is used several times has one
 * description.
 *
 * @throws FileError `corrupt` for values other than layers; `unsupported` for unsupported layers
 */
export function layerFromKeras(part: ConfigPart): LayerDescription {
  const { shared } = part.origin;
  const className = part.field('class_name', 'a layer').text('the name of a class');
  const number = part.optional('shared_object_id')?.number();
  if (number === undefined) return newLayer(part, className);
  const layer = shared.get(number) ?? newLayer(part, className);
  shared.set(number, layer);
  return layer;
}

function newLayer(entry: ConfigPart, givenClass: string): LayerDescription {
  const part = entry.within(nameIn(entry.field('config').value) ?? nameIn(entry.value));
  const found = findClass(part);
  const { className } = found;
  const config = part.field('config');
  const dtype = isObject(config.value) ? dtypeFromKeras(config.field('dtype')).saved : undefined;
  const savedAs = dtype === undefined ? found.savedAs : { ...found.savedAs, dtype };
  const described = (options: Readonly<Record<string, unknown>>): LayerDescription => ({
    kind: 'layer',
    className,
    config: options,
    savedAs,
  });
  if (className === 'Sequential') return described(sequentialFromKeras(config));
  if (className === 'Lambda') {
    throw part.unsupported(
      `layer '${part.layer ?? 'lambda'}' (Lambda) contains Python code, which cannot be run. Replace it by a layer and save ` +
        'the model again.',
      { className: 'Lambda' },
    );
  }
  if (className === 'Functional') {
    const graph = graphFromKeras(config, layerFromKeras);
    // Keras does not store the policy of a functional model, which decides whether it scales its loss. Without one, the
    // policy of setDtypePolicy would apply, which is that of new models.
    const isMixed = graph.layers.some(({ layer }) => layer.config.dtype === 'mixedFloat16');
    return described({ ...namesOf(config), dtype: isMixed ? 'mixedFloat16' : 'float32', ...graph });
  }
  const { olderOptions } = config.origin;
  const older = olderOptions === null ? config : config.as(olderOptions(config.origin, givenClass, config.object()));
  return described(optionsFromKeras(older, className, layerFromKeras));
}

/** Returns the name of a layer from its config. */
function nameIn(value: Json | undefined): string | null {
  return isObject(value) && typeof value.name === 'string' ? value.name : null;
}

function sequentialFromKeras(config: ConfigPart): Record<string, unknown> {
  // Before Keras 2.2.3, the config is just the list of layers.
  const isJustLayers = isList(config.value);
  const layers = isJustLayers ? config : config.field('layers');
  const own = isJustLayers
    ? { dtype: 'float32' }
    : { ...namesOf(config), dtype: dtypeFromKeras(config.field('dtype')).dtype };
  return { ...own, layers: layers.list('a list of layers').map(layerFromKeras) };
}

function namesOf(config: ConfigPart): Record<string, unknown> {
  const name = config.optional('name')?.text();
  const trainable = config.optional('trainable')?.boolean();
  return { ...(name === undefined ? {} : { name }), ...(trainable === undefined ? {} : { trainable }) };
}
