import {
  add,
  clip,
  div,
  expandDims,
  log,
  logSoftmax,
  ManabiError,
  mean,
  mul,
  negative,
  oneHot,
  power,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  squeeze,
  sub,
  sum,
  type Tensor,
  takeAlongAxis,
} from '@manabi/core';
import { numberBetween } from '../layers/options.ts';
import { EPSILON } from './epsilon.ts';
import { lossOfLabels } from './labels.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';
import { toFloat, toPair } from './pair.ts';
import { scoresOf } from './source-logits.ts';

/** What crossentropies take. */
export interface CrossentropyOptions extends LossOptions {
  /** Whether predictions are logits; by default they are probabilities. */
  readonly fromLogits?: boolean;
  /** How much of each label is given to all classes alike, from 0 (by default) to 1: Szegedy et al., 2016. */
  readonly labelSmoothing?: number;
  /** By default the last: the axis of the classes, or, of a binary one, what the mean is over. */
  readonly axis?: number;
}

/**
 * Minus the logarithm of the probability given to a label 0 or 1, mean over the last axis. Probabilities count as 1e-7 to
 * 1 - 1e-7, unless they come right from a sigmoid: then its logits are used, without a bound.
 */
export function binaryCrossentropy(options: CrossentropyOptions = {}): Loss {
  const config = settle('BinaryCrossentropy', options);
  const { fromLogits, labelSmoothing, axis } = config;
  return defineLoss('BinaryCrossentropy', 'binaryCrossentropy', options, config, (yTrue, yPred) => {
    const { scores, areLogits } = scoresOf('binaryCrossentropy', 'sigmoid', yPred, fromLogits);
    const [truth, prediction] = toPair('binaryCrossentropy', yTrue, scores);
    const labels = smoothBinary(truth, labelSmoothing);
    return mean(areLogits ? sigmoidCrossEntropy(prediction, labels) : binaryCost(labels, prediction), axis);
  });
}

/**
 * Minus the logarithm of the probability given to the label, which is one-hot, or shares of 1. Probabilities are divided
 * by their sum and count as 1e-7 to 1 - 1e-7, unless they come right from a softmax: then its logits are used.
 */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const config = settle('CategoricalCrossentropy', options);
  const { fromLogits, labelSmoothing, axis } = config;
  return defineLoss('CategoricalCrossentropy', 'categoricalCrossentropy', options, config, (yTrue, yPred) => {
    const { scores, areLogits } = classScores('categoricalCrossentropy', yPred, fromLogits, axis);
    const [truth, prediction] = toPair('categoricalCrossentropy', yTrue, scores);
    const logs = areLogits ? logSoftmax(prediction, axis) : log(toShares(prediction, axis));
    return negative(sum(mul(smoothCategorical(truth, labelSmoothing), logs), axis));
  });
}

/** What `sparseCategoricalCrossentropy` takes. */
export interface SparseCategoricalCrossentropyOptions extends Omit<CrossentropyOptions, 'labelSmoothing'> {
  /** Labels of this class cost nothing and do not count in the mean; by default there is none. */
  readonly ignoreClass?: number | null;
}

/**
 * As `categoricalCrossentropy`, for labels that are numbers of classes: [batch] or [batch, 1], for predictions [batch,
 * classes]. Labels beyond the classes make the loss NaN.
 */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyOptions = {}): Loss {
  const { fromLogits = false, ignoreClass = null, axis = -1 } = options;
  const name = 'sparseCategoricalCrossentropy';
  const config = { fromLogits, ignoreClass, axis };
  return defineLoss('SparseCategoricalCrossentropy', name, options, config, (yTrue, yPred) => {
    const { scores, areLogits } = classScores(name, yPred, fromLogits, axis);
    const prediction = toFloat(name, 'yPred', scores);
    return lossOfLabels(name, yTrue, prediction, { axis, ignoreClass }, (labels) => {
      if (areLogits) return softmaxCrossEntropy(prediction, labels, { axis });
      const picked = takeAlongAxis(log(toShares(prediction, axis)), expandDims(labels, axis), axis);
      return negative(squeeze(picked, axis));
    });
  });
}

/** What `categoricalGeneralizedCrossEntropy` takes. */
export interface GeneralizedCrossEntropyOptions extends LossOptions {
  /** Between 0, as a crossentropy, and 1, as the mean absolute error; by default 0.5. */
  readonly q?: number;
}

/**
 * (1 - p^q) / q, for the probability p of the label: bears wrong labels (Zhang, Sabuncu, 2018). Labels are numbers of
 * classes.
 *
 * @throws ManabiError `argument` unless 0 < q < 1
 */
export function categoricalGeneralizedCrossEntropy(options: GeneralizedCrossEntropyOptions = {}): Loss {
  const { q = 0.5 } = options;
  const name = 'categoricalGeneralizedCrossEntropy';
  const className = 'CategoricalGeneralizedCrossEntropy';
  if (!(q > 0 && q < 1)) {
    throw new ManabiError('argument', `The option q of ${className} lies between 0 and 1, but is ${q}.`, {
      op: className,
      data: { option: 'q', value: q },
    });
  }
  return defineLoss(className, name, options, { q }, (yTrue, yPred) => {
    const prediction = toFloat(name, 'yPred', yPred);
    return lossOfLabels(name, yTrue, prediction, { axis: -1, ignoreClass: null }, (labels) => {
      const probability = sum(mul(prediction, oneHot(labels, prediction.shape[prediction.rank - 1])), -1);
      return div(sub(1, power(probability, q)), q);
    });
  });
}

/** Binary crossentropy of probabilities, elementwise. */
export function binaryCost(labels: Tensor, probabilities: Tensor): Tensor {
  const p = clip(probabilities, EPSILON, 1 - EPSILON);
  return negative(add(mul(labels, log(p)), mul(sub(1, labels), log(sub(1, p)))));
}

/** Probabilities that are 1 together, none nearer than 1e-7 to 0 or 1. */
export function toShares(probabilities: Tensor, axis: number): Tensor {
  return clip(div(probabilities, sum(probabilities, axis, { keepdims: true })), EPSILON, 1 - EPSILON);
}

/** y (1 - s) + s / 2 */
export function smoothBinary(labels: Tensor, smoothing: number): Tensor {
  return smoothing === 0 ? labels : add(mul(labels, 1 - smoothing), smoothing / 2);
}

/** y (1 - s) + s / classes, where the classes are, as in Keras, those of the last axis. */
export function smoothCategorical(labels: Tensor, smoothing: number): Tensor {
  return smoothing === 0 ? labels : add(mul(labels, 1 - smoothing), smoothing / labels.shape[labels.rank - 1]);
}

/** The options that crossentropies share, with their defaults. */
export function settle(
  className: string,
  { fromLogits = false, labelSmoothing = 0, axis = -1 }: CrossentropyOptions,
): Required<Omit<CrossentropyOptions, keyof LossOptions>> {
  numberBetween(className, 'labelSmoothing', labelSmoothing, 0, 1);
  return { fromLogits, labelSmoothing, axis };
}

/** Logits are remembered of a softmax over the last axis alone. */
function classScores(op: string, yPred: Tensor, fromLogits: boolean, axis: number) {
  const isLast = axis === -1 || axis === yPred.rank - 1;
  return isLast ? scoresOf(op, 'softmax', yPred, fromLogits) : { scores: yPred, areLogits: fromLogits };
}
