import { ManabiError } from '@manabi/core';
import type { PartialType } from '../structure/nested.ts';

/** Encoding of labels: 0 or 1 for a single score, integer classes, or one-hot vectors. */
export type LabelKind = 'binary' | 'sparse' | 'oneHot';

/**
 * Determines the encoding of labels from the shapes of labels and predictions, as Keras does for `accuracy` and
 * `crossentropy`: binary if predictions end with an axis of length 1; sparse if labels have lower rank or end with an
 * axis of length 1; one-hot otherwise.
 *
 * @throws ManabiError `argument` if a type is missing
 */
export function labelKind(name: string, yTrue: PartialType | undefined, yPred: PartialType | undefined): LabelKind {
  if (yTrue === undefined || yPred === undefined) {
    throw new ManabiError(
      'argument',
      `The meaning of '${name}' depends on the shapes of labels and predictions. Pass { shape, dtype } of both, or the name of a specific variant.`,
      { op: name, data: { name } },
    );
  }
  if (yPred.shape.at(-1) === 1) return 'binary';
  return yTrue.shape.length < yPred.shape.length || yTrue.shape.at(-1) === 1 ? 'sparse' : 'oneHot';
}
