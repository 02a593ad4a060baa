import type { Functional, Layer, PartialType, Sequential } from '@manabi/layers';
import { isHashing } from './lookup-entries.ts';

/** Type of an input in a Keras file, where strings have a dtype. */
export interface KerasInput {
  readonly shape: PartialType['shape'];
  readonly dtype: string;
}

/** Returns the type that an input has in Keras: strings, if the layer that takes it encodes them. */
export function kerasInput(model: Sequential | Functional, position: number, type: PartialType): KerasInput {
  const [layer] = model.consumersOf(position).map((consumer) => consumer.layer);
  const shape = layer === undefined ? null : shapeOfStrings(layer, type);
  return shape === null ? type : { shape, dtype: 'string' };
}

/**
 * Returns the shape of strings before the layer that encodes them; null for other layers. The shape of rows of strings
 * that become one vector is not known: rows may have any length.
 */
function shapeOfStrings(layer: Layer, { dtype, shape: encoded }: PartialType): PartialType['shape'] | null {
  const config: Readonly<Record<string, unknown>> = { ...layer.config };
  if (layer.className === 'TextVectorization') {
    return config.split === null ? (encoded.length < 2 ? encoded : [encoded[0], null]) : encoded.slice(0, 1);
  }
  // The last axis of hashed strings has the halves of their hashes.
  if (isHashing(layer.className)) return dtype === 'uint32' && encoded.at(-1) === 2 ? encoded.slice(0, -1) : null;
  if (layer.className !== 'StringLookup') return null;
  if (config.outputMode === 'int') return encoded;
  const outer = encoded.slice(0, -1);
  return config.outputMode === 'oneHot' ? (outer.length === 1 ? [...outer, 1] : outer) : [...outer, null];
}
