import { add, log, mean, mul, negative, power, sigmoid, softmax, sub, sum } from '@manabi/core';
import {
  binaryCost,
  type CrossentropyOptions,
  settle,
  smoothBinary,
  smoothCategorical,
  toShares,
} from './crossentropy.ts';
import { defineLoss, type Loss } from './loss.ts';
import { toPair } from './pair.ts';

/** What focal losses take. */
export interface FocalOptions extends CrossentropyOptions {
  /** Weight of the classes; by default 0.25. */
  readonly alpha?: number;
  /** How little easy samples count: 0 as much as others; by default 2. */
  readonly gamma?: number;
}

/** What `binaryFocalCrossentropy` takes. */
export interface BinaryFocalOptions extends FocalOptions {
  /** Whether label 1 weighs alpha, and label 0 1 - alpha; by default both weigh 1. */
  readonly applyClassBalancing?: boolean;
}

/** Binary crossentropy, times (1 - p)^gamma for the probability p of the label: Lin et al., 2018. */
export function binaryFocalCrossentropy(options: BinaryFocalOptions = {}): Loss {
  const { applyClassBalancing = false, alpha = 0.25, gamma = 2 } = options;
  const { fromLogits, labelSmoothing, axis } = settle('BinaryFocalCrossentropy', options);
  const config = { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis };
  return defineLoss('BinaryFocalCrossentropy', 'binaryFocalCrossentropy', options, config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('binaryFocalCrossentropy', yTrue, yPred);
    const labels = smoothBinary(truth, labelSmoothing);
    const p = fromLogits ? sigmoid(prediction) : prediction;
    const ofLabel = add(mul(labels, p), mul(sub(1, labels), sub(1, p)));
    const focal = mul(power(sub(1, ofLabel), gamma), binaryCost(labels, p));
    const balance = add(mul(labels, alpha), mul(sub(1, labels), 1 - alpha));
    return mean(applyClassBalancing ? mul(balance, focal) : focal, axis);
  });
}

/** Categorical crossentropy of one-hot labels, times alpha (1 - p)^gamma for the probability p of each: Lin et al., 2018. */
export function categoricalFocalCrossentropy(options: FocalOptions = {}): Loss {
  const { alpha = 0.25, gamma = 2 } = options;
  const { fromLogits, labelSmoothing, axis } = settle('CategoricalFocalCrossentropy', options);
  const config = { alpha, gamma, fromLogits, labelSmoothing, axis };
  return defineLoss('CategoricalFocalCrossentropy', 'categoricalFocalCrossentropy', options, config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('categoricalFocalCrossentropy', yTrue, yPred);
    const p = toShares(fromLogits ? softmax(prediction, axis) : prediction, axis);
    const cost = negative(mul(smoothCategorical(truth, labelSmoothing), log(p)));
    return sum(mul(mul(power(sub(1, p), gamma), alpha), cost), axis);
  });
}
