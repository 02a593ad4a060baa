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

/** Options of `circle`. */
export interface CircleOptions extends LossOptions {
  /** Factor that the cosine similarities are multiplied by (default: 80). */
  readonly gamma?: number;
  /**
   * Required difference between the similarities of samples of equal and of different classes, from 0 to 1 (default:
   * 0.4).
   */
  readonly margin?: number;
  /** Whether to ignore the similarity of each sample with itself (default: true). */
  readonly removeDiagonal?: boolean;
}

/**
 * Value of entries that logsumexp should ignore. It is finite, unlike -Infinity, to keep gradients finite for samples
 * without another sample of their class.
 */
const NEVER = -1e30;

const kinds = lossKinds('circle', {
  gamma: optional(positive, 80),
  margin: optional(fraction, 0.4),
  removeDiagonal: optional(boolean, true),
}) satisfies KindsOf<CircleOptions>;

/**
 * Creates the circle loss, which pulls embeddings of one class together and pushes those of different classes apart.
 *
 * `loss = softplus(logsumexp(-γ · max(1 + m - sₚ, 0) · (sₚ - (1 - m))) + logsumexp(γ · max(sₙ + m, 0) · (sₙ - m)))`,
 * where sₚ are the cosine similarities of a sample to the samples of its class, sₙ those to all other samples, γ is
 * `gamma` and m `margin`. `yTrue` holds classes [batch], `yPred` embeddings of norm 1, [batch, features]. Samples whose
 * loss is 0 do not count in the mean.
 *
 * Source: Y. Sun et al., "Circle Loss: A Unified Perspective of Pair Similarity Optimization", 2020.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.circle({ gamma: 2 });
 * const embeddings = tensor([[1, 0], [0.8, 0.6], [0, 1]]);
 * console.log(await loss.call(tensor([0, 0, 1]), embeddings).array()); // [0.4518, 0.7763, 0]
 * ```
 */
export function circle(options: CircleOptions = {}): Loss {
  const config = readOptions('circle', options, kinds);
  const { gamma, margin, removeDiagonal } = config;
  return defineLoss('Circle', config, (yTrue, yPred) => {
    const embeddings = toFloat('circle', 'yPred', yPred);
    const labels = astype(checkTensor('circle', 'yTrue', yTrue), 'int32');
    if (embeddings.rank !== 2 || labels.size !== embeddings.shape[0]) {
      throw shapesDiffer(
        'circle',
        yTrue,
        yPred,
        '`yTrue` must be classes [batch] and `yPred` embeddings [batch, features]',
      );
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
