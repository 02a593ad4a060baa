import { add, clip, div, log, mean, mul, sub, sum } from '@manabi/core';
import { readOptions } from '@manabi/errors';
import { EPSILON } from './epsilon.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { toPair } from './pair.ts';

/** Sum over the last axis of yTrue log(yTrue / yPred), both kept between 1e-7 and 1: Kullback, Leibler, 1951. */
export function klDivergence(options: LossOptions = {}): Loss {
  const config = readOptions('klDivergence', options, lossKinds('klDivergence', {}));
  return defineLoss('KLDivergence', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('klDivergence', yTrue, yPred).map((x) => clip(x, EPSILON, 1));
    return sum(mul(truth, log(div(truth, prediction))), -1);
  });
}

/** Mean over the last axis of yPred - yTrue log(yPred + 1e-7): what counts cost that follow a Poisson distribution. */
export function poisson(options: LossOptions = {}): Loss {
  const config = readOptions('poisson', options, lossKinds('poisson', {}));
  return defineLoss('Poisson', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('poisson', yTrue, yPred);
    return mean(sub(prediction, mul(truth, log(add(prediction, EPSILON)))), -1);
  });
}
