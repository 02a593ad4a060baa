import {
  add,
  astype,
  equal,
  eye,
  greater,
  logicalAnd,
  logicalNot,
  logsumexp,
  matmul,
  maximum,
  mul,
  reshape,
  softplus,
  sub,
  type Tensor,
  transpose,
  where,
} from '@manabi/core';
import { boolean, fraction, type KindsOf, optional, positive, readOptions } from '@manabi/errors';
import { attachMask } from '../call/masks.ts';
import { checkTensor } from '../structure/check-tensor.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { shapesDiffer, toFloat } from './pair.ts';

/** What `circle` takes. */
export interface CircleOptions extends LossOptions {
  /** Scale of the losses; by default 80. */
  readonly gamma?: number;
  /** How far apart classes should be, from 0 to 1; by default 0.4. */
  readonly margin?: number;
  /** Whether a sample is not compared with itself; by default true. */
  readonly removeDiagonal?: boolean;
}

/** Whose exponential is 0, though it is finite, so that rows without any pair have gradients. */
const NEVER = -1e30;

const kinds = lossKinds('circle', {
  gamma: optional(positive, 80),
  margin: optional(fraction, 0.4),
  removeDiagonal: optional(boolean, true),
}) satisfies KindsOf<CircleOptions>;

/**
 * Brings embeddings of one class together and those of others apart: Sun et al., "Circle Loss", 2020. `yTrue` holds
 * the classes [batch], `yPred` embeddings of length 1, [batch, features]. Samples whose loss is 0 do not count in the
 * mean.
 */
export function circle(options: CircleOptions = {}): Loss {
  const config = readOptions('circle', options, kinds);
  const { gamma, margin, removeDiagonal } = config;
  return defineLoss('Circle', config, (yTrue, yPred) => {
    const embeddings = toFloat('circle', 'yPred', yPred);
    const labels = astype(checkTensor('circle', 'yTrue', yTrue), 'int32');
    if (embeddings.rank !== 2 || labels.size !== embeddings.shape[0]) {
      throw shapesDiffer('circle', yTrue, yPred, 'Classes are [batch], embeddings [batch, features].');
    }
    const distances = maximum(sub(1, matmul(embeddings, transpose(embeddings))), 0);
    const { isSame, isOther } = pairs(labels, removeDiagonal);
    const pull = mul(mul(add(margin, distances), sub(margin, distances)), -gamma);
    const push = mul(mul(maximum(sub(1 + margin, distances), 0), sub(1 - margin, distances)), gamma);
    const losses = softplus(add(logsumexp(where(isSame, pull, NEVER), 1), logsumexp(where(isOther, push, NEVER), 1)));
    return attachMask(losses, greater(losses, 0));
  });
}

function pairs(labels: Tensor, removeDiagonal: boolean): { readonly isSame: Tensor; readonly isOther: Tensor } {
  const isEqual = equal(reshape(labels, [-1, 1]), reshape(labels, [1, -1]));
  const isSame = removeDiagonal
    ? logicalAnd(isEqual, logicalNot(eye(labels.size, labels.size, { dtype: 'bool' })))
    : isEqual;
  return { isSame, isOther: logicalNot(isEqual) };
}
