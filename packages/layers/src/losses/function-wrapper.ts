import { functionOf, type KindsOf, readOptions } from '@manabi/errors';
import { checkReturned, checkTensor } from '../structure/check-tensor.ts';
import { defineLoss, type Loss, type LossFunction, type LossOptions, lossKinds } from './loss.ts';
import { toFloat } from './pair.ts';
import { toSameRank } from './same-rank.ts';

/** Options of `lossFunctionWrapper`. */
export interface LossFunctionWrapperOptions extends LossOptions {
  /** Function that returns a loss for each sample: (yTrue, yPred) to [batch]. */
  readonly fn: LossFunction;
}

const kinds = lossKinds('loss', {
  fn: functionOf<LossFunction>('a function (yTrue, yPred) => losses'),
}) satisfies KindsOf<LossFunctionWrapperOptions>;

/**
 * Creates a loss from a function. The function receives `yPred` as floats, and `yTrue` with the same rank if the shapes
 * differ only by a last axis of length 1.
 *
 * `loss = fn(yTrue, yPred)` for each sample, then reduced like every loss.
 *
 * @throws ManabiError `argument` unless `fn` is a function
 * @example
 * ```ts
 * import { abs, mean, sub } from '@manabi/core';
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.lossFunctionWrapper({ fn: (yTrue, yPred) => mean(abs(sub(yTrue, yPred)), -1) });
 * console.log(await loss.call(tensor([[1, 2]]), tensor([[2, 4]])).array()); // [1.5]
 * ```
 */
export function lossFunctionWrapper(options: LossFunctionWrapperOptions): Loss {
  const { fn, reduction, name } = readOptions('lossFunctionWrapper', options, kinds);
  const config = { fn, reduction, name: options.name ?? (fn.name === '' ? name : fn.name) };
  return defineLoss('LossFunctionWrapper', config, (yTrue, yPred) => {
    const prediction = toFloat('loss', 'yPred', yPred);
    const losses: unknown = fn(...toSameRank(checkTensor('loss', 'yTrue', yTrue), prediction));
    return checkReturned(config.name, 'The loss function', losses);
  });
}
