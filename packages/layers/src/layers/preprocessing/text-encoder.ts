import type { HostArray } from '@manabi/core';
import type { PartialType } from '../../structure/nested.ts';

/**
 * A layer that encodes texts on the host. Tensors have no strings, so a model encodes the texts that it is given before
 * it runs, and the layer itself passes the encoded array on.
 */
export interface TextEncoder {
  /** Encodes texts in arrays. */
  encode(texts: never): HostArray;
  /** Returns the type of encoded texts, with null for lengths that depend on the texts. */
  encodedType(encoded: HostArray): PartialType;
}

/** Whether a layer encodes texts on the host. */
export function isTextEncoder(layer: object): layer is TextEncoder {
  return 'encodedType' in layer && 'encode' in layer;
}
