import { definitionOf, type Tensor } from '@manabi/core';

/** What probabilities were made from: by a softmax over the last axis, or a sigmoid. */
export interface Logits {
  readonly kind: 'softmax' | 'sigmoid';
  readonly logits: Tensor;
}

/**
 * The logits of probabilities that a softmax or sigmoid made last, so that a crossentropy can be computed from those, without
 * clipping and with exact gradients, as Keras does on TensorFlow; null for other tensors. They are read from the expression
 * that the tensor stands for, so nobody has to remember them.
 */
export function logitsOf(probabilities: Tensor): Logits | null {
  const definition = definitionOf(probabilities);
  if (definition === null) return null;
  const { name, config, operands } = definition;
  const [logits] = operands;
  if (name === 'sigmoid') return { kind: 'sigmoid', logits };
  return name === 'softmax' && config.axis === probabilities.rank - 1 ? { kind: 'softmax', logits } : null;
}
