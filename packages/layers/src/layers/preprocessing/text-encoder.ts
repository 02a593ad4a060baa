import type { HostArray } from '@manabi/core';
import type { PartialType } from '../../structure/nested.ts';

/**
 * A layer that encodes texts on the host. Tensors have no strings, so a model encodes the texts that it is given before
 * it runs, and the layer itself passes the encoded array on.
 */
export interface TextEncoder {
  /** Encodes texts in arrays for the layer in a model. */
  encodeInput(texts: never): HostArray;
  /** Whether another layer, which takes the same input, accepts the same encoding. */
  encodesFor(other: object): boolean;
  /** Returns the type of encoded texts, with null for lengths that depend on the texts. */
  encodedType(encoded: HostArray): PartialType;
}

/** Whether a layer encodes texts on the host. */
export function isTextEncoder(layer: object): layer is TextEncoder {
  return 'encodesFor' in layer;
}
