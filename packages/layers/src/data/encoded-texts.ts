import { isTextEncoder } from '../layers/preprocessing/text-encoder.ts';
import type { Network } from '../networks/network.ts';
import type { PartialType } from '../structure/nested.ts';
import type { TrainingArray } from './arrays.ts';

/** An input of a model in which texts are encoded, and its type, or null for an input without texts. */
export interface EncodedInput {
  readonly array: TrainingArray;
  readonly type: PartialType | null;
}

/**
 * Encodes texts by the layer that receives them in the model. Inputs without texts, and texts for models without such a
 * layer, are returned as they are.
 */
export function encodedTexts(model: Network, position: number, array: TrainingArray): EncodedInput {
  const encoders = isText(array) ? model.consumersOf(position).map(({ layer }) => layer) : [];
  const [encoder] = encoders;
  if (encoder === undefined || !isTextEncoder(encoder) || !encoders.every((other) => encoder.encodesFor(other))) {
    return { array, type: null };
  }
  // `isText` found a text in the array; the layer checks all others.
  const encoded = encoder.encodeInput(array as never);
  return { array: encoded, type: encoder.encodedType(encoded) };
}

/** Whether the first element of nested arrays is a text. Deeper arrays, such as one that contains itself, are invalid. */
function isText(array: unknown): boolean {
  let first = array;
  for (let level = 0; Array.isArray(first) && level < 32; level++) first = first[0];
  return typeof first === 'string';
}
