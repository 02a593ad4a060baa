import type { Tensor } from '@manabi/core';
import { type Logits, logitsOf } from '../call/logits.ts';

/** Predictions as a crossentropy is to read them. */
export interface Scores {
  readonly scores: Tensor;
  /** Whether they are logits; else probabilities. */
  readonly areLogits: boolean;
}

const warned = new Set<string>();

/**
 * What a crossentropy is computed from: the logits of an activation that came last, as Keras does on TensorFlow, else
 * the predictions.
 *
 * @param fromLogits what the user said of the predictions
 */
export function scoresOf(op: string, kind: Logits['kind'], yPred: Tensor, fromLogits: boolean): Scores {
  const source = logitsOf(yPred);
  if (source === null || source.kind !== kind) return { scores: yPred, areLogits: fromLogits };
  if (fromLogits && !warned.has(op)) {
    warned.add(op);
    console.warn(
      `${op} was made with fromLogits: true, but the model ends with the activation ${kind}: the loss is computed from ` +
        'what that was given. Leave out either fromLogits or the activation.',
    );
  }
  return { scores: source.logits, areLogits: true };
}
