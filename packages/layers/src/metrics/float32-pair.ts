import { astype, type Tensor } from '@manabi/core';
import { toPair } from '../losses/pair.ts';
import { checkTensor } from '../structure/check-tensor.ts';

/**
 * Returns expected values and predictions as float32 tensors of the same shape. As in Keras, metrics are float32, even of
 * float64 predictions.
 *
 * @throws ManabiError `shape` if the shapes differ by more than a last axis of length 1; `argument` for values that are
 * not tensors
 */
export function float32Pair(op: string, yTrue: Tensor, yPred: Tensor): [Tensor, Tensor] {
  return toPair(op, yTrue, astype(checkTensor(op, 'yPred', yPred), 'float32'));
}
