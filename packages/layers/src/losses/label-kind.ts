import { ManabiError } from '@manabi/core';
import type { PartialType } from '../structure/nested.ts';

/** How labels are written: 0 or 1 for one score, numbers of classes, or one-hot. */
export type LabelKind = 'binary' | 'sparse' | 'oneHot';

/**
 * What labels must be by the shapes, as Keras decides for `accuracy` and `crossentropy`: binary where predictions end
 * with an axis of length 1; sparse where labels have fewer axes, or end with one of length 1; one-hot otherwise.
 *
 * @throws ManabiError `argument` if the types are not given
 */
export function labelKind(name: string, yTrue: PartialType | undefined, yPred: PartialType | undefined): LabelKind {
  if (yTrue === undefined || yPred === undefined) {
    throw new ManabiError(
      'argument',
      `What '${name}' means depends on the shapes of labels and predictions: give both, or say which you mean.`,
      { op: name, data: { name } },
    );
  }
  if (yPred.shape.at(-1) === 1) return 'binary';
  return yTrue.shape.length < yPred.shape.length || yTrue.shape.at(-1) === 1 ? 'sparse' : 'oneHot';
}
