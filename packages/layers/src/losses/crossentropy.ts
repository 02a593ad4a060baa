import {
  add,
  clip,
  div,
  expandDims,
  log,
  logSoftmax,
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
import { boolean, fraction, integer, type KindsOf, nullable, number, optional, readOptions } from '@manabi/errors';
import { axisKind } from '../structure/option-kinds.ts';
import { EPSILON } from './epsilon.ts';
import { lossOfLabels } from './labels.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
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

/** The options that crossentropies have beside those of all losses. */
/* @__NO_SIDE_EFFECTS__ */
export function crossentropyKinds() {
  return {
    fromLogits: optional(boolean, false),
    labelSmoothing: optional(fraction, 0),
    axis: optional(axisKind, -1),
  } satisfies KindsOf<Omit<CrossentropyOptions, keyof LossOptions>>;
}

const binaryKinds = lossKinds('binaryCrossentropy', crossentropyKinds()) satisfies KindsOf<CrossentropyOptions>;

/**
 * Minus the logarithm of the probability given to a label 0 or 1, mean over the last axis. Probabilities count as 1e-7 to
 * 1 - 1e-7, unless they come right from a sigmoid: then its logits are used, without a bound.
 */
export function binaryCrossentropy(options: CrossentropyOptions = {}): Loss {
  const config = readOptions('binaryCrossentropy', options, binaryKinds);
  const { fromLogits, labelSmoothing, axis } = config;
  return defineLoss('BinaryCrossentropy', config, (yTrue, yPred) => {
    const { scores, areLogits } = scoresOf('binaryCrossentropy', 'sigmoid', yPred, fromLogits);
    const [truth, prediction] = toPair('binaryCrossentropy', yTrue, scores);
    const labels = smoothBinary(truth, labelSmoothing);
    return mean(areLogits ? sigmoidCrossEntropy(prediction, labels) : binaryCost(labels, prediction), axis);
  });
}

const categoricalKinds = lossKinds(
  'categoricalCrossentropy',
  crossentropyKinds(),
) satisfies KindsOf<CrossentropyOptions>;

/**
 * Minus the logarithm of the probability given to the label, which is one-hot, or shares of 1. Probabilities are divided
 * by their sum and count as 1e-7 to 1 - 1e-7, unless they come right from a softmax: then its logits are used.
 */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const config = readOptions('categoricalCrossentropy', options, categoricalKinds);
  const { fromLogits, labelSmoothing, axis } = config;
  return defineLoss('CategoricalCrossentropy', config, (yTrue, yPred) => {
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

const sparseKinds = lossKinds('sparseCategoricalCrossentropy', {
  fromLogits: optional(boolean, false),
  ignoreClass: optional(nullable(integer()), null),
  axis: optional(axisKind, -1),
}) satisfies KindsOf<SparseCategoricalCrossentropyOptions>;

/**
 * As `categoricalCrossentropy`, for labels that are numbers of classes: [batch] or [batch, 1], for predictions [batch,
 * classes]. Labels beyond the classes make the loss NaN.
 */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyOptions = {}): Loss {
  const name = 'sparseCategoricalCrossentropy';
  const config = readOptions(name, options, sparseKinds);
  const { fromLogits, ignoreClass, axis } = config;
  return defineLoss('SparseCategoricalCrossentropy', config, (yTrue, yPred) => {
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

const generalizedKinds = lossKinds('categoricalGeneralizedCrossEntropy', {
  q: optional(number({ above: 0, below: 1 }), 0.5),
}) satisfies KindsOf<GeneralizedCrossEntropyOptions>;

/**
 * (1 - p^q) / q, for the probability p of the label: bears wrong labels (Zhang, Sabuncu, 2018). Labels are numbers of
 * classes.
 *
 * @throws ManabiError `argument` unless 0 < q < 1
 */
export function categoricalGeneralizedCrossEntropy(options: GeneralizedCrossEntropyOptions = {}): Loss {
  const name = 'categoricalGeneralizedCrossEntropy';
  const config = readOptions(name, options, generalizedKinds);
  const { q } = config;
  return defineLoss('CategoricalGeneralizedCrossEntropy', config, (yTrue, yPred) => {
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

/** Logits are remembered of a softmax over the last axis alone. */
function classScores(op: string, yPred: Tensor, fromLogits: boolean, axis: number) {
  const isLast = axis === -1 || axis === yPred.rank - 1;
  return isLast ? scoresOf(op, 'softmax', yPred, fromLogits) : { scores: yPred, areLogits: fromLogits };
}
