import { add, log, mean, mul, negative, power, sigmoid, softmax, sub, sum, tensor } from '@manabi/core';
import { boolean, fraction, type KindsOf, notNegative, oneOrMany, optional, readOptions } from '@manabi/errors';
import {
  binaryCost,
  type CrossentropyOptions,
  crossentropyKinds,
  smoothBinary,
  smoothCategorical,
  toShares,
} from './crossentropy.ts';
import { defineLoss, type Loss, lossKinds } from './loss.ts';
import { toPair } from './pair.ts';

/** What focal losses take. */
export interface FocalOptions extends CrossentropyOptions {
  /** How little easy samples count: 0 as much as others; by default 2. */
  readonly gamma?: number;
}

/** What `binaryFocalCrossentropy` takes. */
export interface BinaryFocalOptions extends FocalOptions {
  /** Weight of label 1, from 0 to 1, where classes are balanced; by default 0.25. */
  readonly alpha?: number;
  /** Whether label 1 weighs alpha, and label 0 1 - alpha; by default both weigh 1. */
  readonly applyClassBalancing?: boolean;
}

/** What `categoricalFocalCrossentropy` takes. */
export interface CategoricalFocalOptions extends FocalOptions {
  /** Weight of the classes: one number for all, or one for each; by default 0.25. */
  readonly alpha?: number | readonly number[];
}

function binaryKinds() {
  return lossKinds('binaryFocalCrossentropy', {
    applyClassBalancing: optional(boolean, false),
    alpha: optional(fraction, 0.25),
    gamma: optional(notNegative, 2),
    ...crossentropyKinds(),
  }) satisfies KindsOf<BinaryFocalOptions>;
}

/** Binary crossentropy, times (1 - p)^gamma for the probability p of the label: Lin et al., 2018. */
export function binaryFocalCrossentropy(options: BinaryFocalOptions = {}): Loss {
  const config = readOptions('binaryFocalCrossentropy', options, binaryKinds());
  const { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis } = config;
  return defineLoss('BinaryFocalCrossentropy', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('binaryFocalCrossentropy', yTrue, yPred);
    const labels = smoothBinary(truth, labelSmoothing);
    const p = fromLogits ? sigmoid(prediction) : prediction;
    const ofLabel = add(mul(labels, p), mul(sub(1, labels), sub(1, p)));
    const focal = mul(power(sub(1, ofLabel), gamma), binaryCost(labels, p));
    const balance = add(mul(labels, alpha), mul(sub(1, labels), 1 - alpha));
    return mean(applyClassBalancing ? mul(balance, focal) : focal, axis);
  });
}

function categoricalKinds() {
  return lossKinds('categoricalFocalCrossentropy', {
    alpha: optional(oneOrMany(notNegative), 0.25),
    gamma: optional(notNegative, 2),
    ...crossentropyKinds(),
  }) satisfies KindsOf<CategoricalFocalOptions>;
}

/** Categorical crossentropy of one-hot labels, times alpha (1 - p)^gamma for the probability p of each: Lin et al., 2018. */
export function categoricalFocalCrossentropy(options: CategoricalFocalOptions = {}): Loss {
  const config = readOptions('categoricalFocalCrossentropy', options, categoricalKinds());
  const { alpha, gamma, fromLogits, labelSmoothing, axis } = config;
  return defineLoss('CategoricalFocalCrossentropy', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('categoricalFocalCrossentropy', yTrue, yPred);
    const p = toShares(fromLogits ? softmax(prediction, axis) : prediction, axis);
    const cost = negative(mul(smoothCategorical(truth, labelSmoothing), log(p)));
    const weight = typeof alpha === 'number' ? alpha : tensor(alpha);
    return sum(mul(mul(power(sub(1, p), gamma), weight), cost), axis);
  });
}
