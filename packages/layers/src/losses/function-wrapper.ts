import { functionOf, type KindsOf, readOptions } from '@manabi/errors';
import { checkReturned, checkTensor } from '../structure/check-tensor.ts';
import { defineLoss, type Loss, type LossFunction, type LossOptions, lossKinds } from './loss.ts';
import { toFloat } from './pair.ts';
import { toSameRank } from './same-rank.ts';

/** What `lossFunctionWrapper` takes. */
export interface LossFunctionWrapperOptions extends LossOptions {
  /** A loss for each sample: (yTrue, yPred) to [batch]. */
  readonly fn: LossFunction;
}

const kinds = lossKinds('loss', {
  fn: functionOf<LossFunction>('a function (yTrue, yPred) => losses'),
}) satisfies KindsOf<LossFunctionWrapperOptions>;

/**
 * A loss from a function of your own. It is given `yPred` as floats, and `yTrue` with as many axes where they differ by a
 * last one of length 1.
 *
 * @throws ManabiError `argument` if it is none
 * @example `losses.lossFunctionWrapper({ fn: (yTrue, yPred) => mean(power(abs(sub(yTrue, yPred)), 1.5), -1) })`
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
