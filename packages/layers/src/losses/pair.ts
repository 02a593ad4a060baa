import { astype, ManabiError, type Shape, type Tensor } from '@manabi/core';
import { checkTensor } from '../structure/check-tensor.ts';
import { toSameRank } from './same-rank.ts';

/**
 * Predictions as floats, and what should be in their dtype and shape.
 *
 * @throws ManabiError `shape` if the shapes differ by more than a last axis of length 1; `argument` for what is no tensor
 */
export function toPair(op: string, yTrue: Tensor, yPred: Tensor): [Tensor, Tensor] {
  const predicted = toFloat(op, 'yPred', yPred);
  const [truth, prediction] = toSameRank(astype(checkTensor(op, 'yTrue', yTrue), predicted.dtype), predicted);
  if (sameShape(truth.shape, prediction.shape)) return [truth, prediction];
  throw shapesDiffer(op, yTrue, yPred, 'They must be the same.');
}

/**
 * A tensor of floats: others become float32.
 *
 * @throws ManabiError `argument` for what is no tensor
 */
export function toFloat(op: string, name: string, x: Tensor): Tensor {
  const { dtype } = checkTensor(op, name, x);
  return dtype === 'float32' || dtype === 'float64' ? x : astype(x, 'float32');
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, i) => length === b[i]);
}

/** The error of two shapes that do not fit, with a hint what would. */
export function shapesDiffer(op: string, yTrue: Tensor, yPred: Tensor, hint: string): ManabiError {
  return new ManabiError(
    'shape',
    `yTrue has shape [${yTrue.shape.join(', ')}], but yPred has shape [${yPred.shape.join(', ')}]. ${hint}`,
    { op, data: { yTrue: yTrue.shape, yPred: yPred.shape } },
  );
}
