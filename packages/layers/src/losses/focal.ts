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

/** Options shared by the focal losses. */
export interface FocalOptions extends CrossentropyOptions {
  /** Exponent that reduces the loss of easy samples; 0 for no reduction (default: 2). */
  readonly gamma?: number;
}

/** Options of `binaryFocalCrossentropy`. */
export interface BinaryFocalOptions extends FocalOptions {
  /** Weight of label 1, from 0 to 1, used with `applyClassBalancing` (default: 0.25). */
  readonly alpha?: number;
  /** Whether to weight label 1 by `alpha` and label 0 by `1 - alpha` (default: false, weight 1 for both). */
  readonly applyClassBalancing?: boolean;
}

/** Options of `categoricalFocalCrossentropy`. */
export interface CategoricalFocalOptions extends FocalOptions {
  /** Weight of the classes: one number for all classes, or one number per class (default: 0.25). */
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

/**
 * Creates the binary focal crossentropy loss, for labels 0 and 1 of unequal frequency.
 *
 * `loss = mean((1 - pₜ)^gamma · binaryCrossentropy)` over the last axis, where pₜ is the probability predicted for the
 * label.
 *
 * Source: T.-Y. Lin et al., "Focal Loss for Dense Object Detection", 2017.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.binaryFocalCrossentropy({ gamma: 2 });
 * console.log(await loss.call(tensor([[1], [0]]), tensor([[0.9], [0.4]])).array()); // [0.0011, 0.0817]
 * ```
 */
export function binaryFocalCrossentropy(options: BinaryFocalOptions = {}): Loss {
  const config = readOptions('binaryFocalCrossentropy', options, binaryKinds());
  const { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis } = config;
  return defineLoss('BinaryFocalCrossentropy', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('binaryFocalCrossentropy', yTrue, yPred);
    const labels = smoothBinary(truth, labelSmoothing);
    const p = fromLogits ? sigmoid(prediction) : prediction;
    const labelProbability = add(mul(labels, p), mul(sub(1, labels), sub(1, p)));
    const focal = mul(power(sub(1, labelProbability), gamma), binaryCost(labels, p));
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

/**
 * Creates the categorical focal crossentropy loss, for one-hot labels of unequal frequency.
 *
 * `loss = -Σ alpha · (1 - p)^gamma · y · log(p)` over the classes, with probabilities normalized and clipped as in
 * `categoricalCrossentropy`.
 *
 * Source: T.-Y. Lin et al., "Focal Loss for Dense Object Detection", 2017.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.categoricalFocalCrossentropy({ gamma: 2 });
 * console.log(await loss.call(tensor([[0, 1, 0]]), tensor([[0.2, 0.5, 0.3]])).array()); // [0.0433]
 * ```
 */
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
