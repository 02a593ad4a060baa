import { astype, greaterEqual, less, logicalAnd, notEqual, squeeze, type Tensor, where } from '@manabi/core';
import { attachMask } from '../call/masks.ts';
import { checkTensor } from '../structure/check-tensor.ts';
import { sameShape, shapesDiffer } from './pair.ts';

/**
 * A loss for labels that are numbers of classes: [batch], or [batch, 1], for scores [batch, classes]. Labels that are
 * none of the classes make it NaN, so that they are seen; those of `ignoreClass` cost 0 and do not count.
 *
 * @param axis the axis of the classes
 * @param costOf the loss, for labels that are all within the classes
 * @throws ManabiError `shape` unless there is one label for each row of scores
 */
export function lossOfLabels(
  op: string,
  yTrue: Tensor,
  scores: Tensor,
  { axis, ignoreClass }: { readonly axis: number; readonly ignoreClass: number | null },
  costOf: (labels: Tensor) => Tensor,
): Tensor {
  const along = axis < 0 ? axis + scores.rank : axis;
  const given = astype(checkTensor(op, 'yTrue', yTrue), 'int32');
  const labels = given.rank === scores.rank && given.shape[along] === 1 ? squeeze(given, along) : given;
  if (!sameShape(labels.shape, without(scores.shape, along))) {
    throw shapesDiffer(
      op,
      yTrue,
      scores,
      yTrue.rank === scores.rank
        ? 'Labels are numbers here, one for each row of scores. For one-hot labels take categoricalCrossentropy.'
        : 'There must be one label for each row of scores.',
    );
  }
  const isClass = logicalAnd(greaterEqual(labels, 0), less(labels, scores.shape[along]));
  const cost = where(isClass, costOf(where(isClass, labels, 0)), Number.NaN);
  if (ignoreClass === null) return cost;
  const counts = notEqual(labels, ignoreClass);
  return attachMask(where(counts, cost, 0), counts);
}

function without(shape: readonly number[], axis: number): number[] {
  return shape.filter((_, i) => i !== axis);
}
