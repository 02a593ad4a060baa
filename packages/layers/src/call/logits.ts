import type { Tensor } from '@manabi/core';

/** What probabilities were made from: by a softmax over the last axis, or a sigmoid. */
export interface Logits {
  readonly kind: 'softmax' | 'sigmoid';
  readonly logits: Tensor;
}

const sources = new WeakMap<Tensor, Logits>();

/**
 * The logits of probabilities that the activations softmax or sigmoid made last, so that a crossentropy can be computed
 * from those, without clipping and with exact gradients, as Keras does on TensorFlow; null for other tensors.
 */
export function logitsOf(probabilities: Tensor): Logits | null {
  return sources.get(probabilities) ?? null;
}

/** Remembers what probabilities were made from; returns them. */
export function rememberLogits(probabilities: Tensor, source: Logits): Tensor {
  sources.set(probabilities, source);
  return probabilities;
}
