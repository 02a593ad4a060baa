import { astype, greaterEqual, less, logicalAnd, notEqual, squeeze, type Tensor, where } from '@manabi/core';
import { attachMask } from '../call/masks.ts';
import { checkTensor } from '../structure/check-tensor.ts';
import { sameShape, shapesDiffer } from './pair.ts';

/**
 * Computes a loss for integer class labels: [batch] or [batch, 1], for scores [batch, classes]. Labels outside the
 * classes make the loss NaN, which makes the problem visible. Labels equal to `ignoreClass` have loss 0 and do not
 * count in the mean.
 *
 * @param axis the axis of the classes
 * @param costOf computes the loss for labels that are all valid classes
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
      '`yTrue` must contain one integer class for each row of scores',
      yTrue.rank === scores.rank ? 'For one-hot labels, use categoricalCrossentropy.' : '',
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
