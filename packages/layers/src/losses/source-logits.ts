import type { Tensor } from '@manabi/core';
import { type Logits, logitsOf } from '../call/logits.ts';

/** Predictions that a crossentropy is computed from: logits or probabilities. */
export interface Scores {
  readonly scores: Tensor;
  /** Whether the scores are logits rather than probabilities. */
  readonly areLogits: boolean;
}

const warned = new Set<string>();

/**
 * Returns the logits of predictions that are the direct output of an activation, as Keras on TensorFlow does, and
 * otherwise the predictions themselves.
 *
 * @param fromLogits whether the user declared the predictions to be logits
 */
export function scoresOf(op: string, kind: Logits['kind'], yPred: Tensor, fromLogits: boolean): Scores {
  const source = logitsOf(yPred);
  if (source === null || source.kind !== kind) return { scores: yPred, areLogits: fromLogits };
  if (fromLogits && !warned.has(op)) {
    warned.add(op);
    console.warn(
      `${op} has fromLogits: true, but the model ends with the activation ${kind}. The loss uses the inputs of that ` +
        'activation. Remove either fromLogits or the activation.',
    );
  }
  return { scores: source.logits, areLogits: true };
}
