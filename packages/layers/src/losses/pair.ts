import { astype, ManabiError, type Shape, type Tensor } from '@manabi/core';
import { checkTensor } from '../structure/check-tensor.ts';
import { toSameRank } from './same-rank.ts';

/**
 * Returns expected values and predictions as floats of the same dtype and shape.
 *
 * @throws ManabiError `shape` if the shapes differ by more than a last axis of length 1; `argument` for values that are
 * not tensors
 */
export function toPair(op: string, yTrue: Tensor, yPred: Tensor): [Tensor, Tensor] {
  const predicted = toFloat(op, 'yPred', yPred);
  const [truth, prediction] = toSameRank(astype(checkTensor(op, 'yTrue', yTrue), predicted.dtype), predicted);
  if (sameShape(truth.shape, prediction.shape)) return [truth, prediction];
  throw shapesDiffer(op, yTrue, yPred, '`yTrue` and `yPred` must have the same shape');
}

/**
 * Converts a tensor to float32, unless it is float32 or float64.
 *
 * @throws ManabiError `argument` for values that are not tensors
 */
export function toFloat(op: string, name: string, x: Tensor): Tensor {
  const { dtype } = checkTensor(op, name, x);
  return dtype === 'float32' || dtype === 'float64' ? x : astype(x, 'float32');
}

/** Returns whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, i) => length === b[i]);
}

/**
 * Creates the error for labels and predictions whose shapes do not match.
 *
 * @param expected sentence, without a period, that says which shapes are required
 * @param fix sentence that says what to do
 */
export function shapesDiffer(op: string, yTrue: Tensor, yPred: Tensor, expected: string, fix = ''): ManabiError {
  const received = `got \`yTrue\` [${yTrue.shape.join(', ')}] and \`yPred\` [${yPred.shape.join(', ')}]`;
  return new ManabiError('shape', `${expected}; ${received}. ${fix}`.trimEnd(), {
    op,
    data: { yTrue: yTrue.shape, yPred: yPred.shape },
  });
}
