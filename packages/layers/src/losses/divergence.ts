import { add, clip, div, log, mean, mul, sub, sum } from '@manabi/core';
import { readOptions } from '@manabi/errors';
import { EPSILON } from './epsilon.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { toPair } from './pair.ts';

/**
 * Creates the Kullback–Leibler divergence loss, for probability distributions along the last axis.
 *
 * `loss = Σ yTrue · log(yTrue / yPred)`, with both clipped to [1e-7, 1].
 *
 * Source: S. Kullback and R. Leibler, "On Information and Sufficiency", 1951.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const result = losses.klDivergence().call(tensor([[0.5, 0.5]]), tensor([[0.9, 0.1]]));
 * console.log(await result.array()); // [0.5108]
 * ```
 */
export function klDivergence(options: LossOptions = {}): Loss {
  const config = readOptions('klDivergence', options, lossKinds('klDivergence', {}));
  return defineLoss('KLDivergence', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('klDivergence', yTrue, yPred).map((x) => clip(x, EPSILON, 1));
    return sum(mul(truth, log(div(truth, prediction))), -1);
  });
}

/**
 * Creates the Poisson loss, for counts: the negative log likelihood of a Poisson distribution, up to a constant.
 *
 * `loss = mean(yPred - yTrue · log(yPred + 1e-7))` over the last axis.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * console.log(await losses.poisson().call(tensor([[2, 0]]), tensor([[1.5, 0.5]])).array()); // [0.5945]
 * ```
 */
export function poisson(options: LossOptions = {}): Loss {
  const config = readOptions('poisson', options, lossKinds('poisson', {}));
  return defineLoss('Poisson', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('poisson', yTrue, yPred);
    return mean(sub(prediction, mul(truth, log(add(prediction, EPSILON)))), -1);
  });
}
