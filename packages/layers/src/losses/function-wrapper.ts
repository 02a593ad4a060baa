import { ManabiError } from '@manabi/core';
import { defineLoss, type Loss, type LossFunction, type LossOptions } from './loss.ts';
import { checkTensor, toFloat } from './pair.ts';
import { toSameRank } from './same-rank.ts';

/** What `lossFunctionWrapper` takes. */
export interface LossFunctionWrapperOptions extends LossOptions {
  /** A loss for each sample: (yTrue, yPred) to [batch]. */
  readonly fn: LossFunction;
}

/**
 * A loss from a function of your own. It is given `yPred` as floats, and `yTrue` with as many axes where they differ by a
 * last one of length 1.
 *
 * @throws ManabiError `argument` if it is none
 * @example `losses.lossFunctionWrapper({ fn: (yTrue, yPred) => mean(power(abs(sub(yTrue, yPred)), 1.5), -1) })`
 */
export function lossFunctionWrapper(options: LossFunctionWrapperOptions): Loss {
  const { fn } = options;
  if (typeof fn !== 'function') {
    throw new ManabiError('argument', `The option fn of LossFunctionWrapper is a function, not ${typeof fn}.`, {
      op: 'LossFunctionWrapper',
      data: { option: 'fn', given: typeof fn },
    });
  }
  return defineLoss('LossFunctionWrapper', fn.name === '' ? 'loss' : fn.name, options, { fn }, (yTrue, yPred) => {
    const prediction = toFloat('loss', 'yPred', yPred);
    return fn(...toSameRank(checkTensor('loss', 'yTrue', yTrue), prediction));
  });
}
