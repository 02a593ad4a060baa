import { definitionOf, type Tensor } from '@manabi/core';

/** The logits that probabilities were computed from, by a softmax over the last axis or by a sigmoid. */
export interface Logits {
  readonly kind: 'softmax' | 'sigmoid';
  readonly logits: Tensor;
}

/**
 * Returns the logits of probabilities that are the direct output of a softmax or sigmoid; null for other tensors. A
 * crossentropy of logits needs no clipping and has exact gradients, as in Keras on TensorFlow. The logits are found in
 * the recorded expression that computed the tensor.
 */
export function logitsOf(probabilities: Tensor): Logits | null {
  const definition = definitionOf(probabilities);
  if (definition === null) return null;
  const { name, config, operands } = definition;
  const [logits] = operands;
  if (name === 'sigmoid') return { kind: 'sigmoid', logits };
  return name === 'softmax' && config.axis === probabilities.rank - 1 ? { kind: 'softmax', logits } : null;
}
