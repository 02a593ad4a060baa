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

/** Options of crossentropies. */
export interface CrossentropyOptions extends LossOptions {
  /** Whether predictions are logits rather than probabilities (default: false). */
  readonly fromLogits?: boolean;
  /** Fraction of each label distributed evenly over all classes, from 0 to 1 (default: 0). Source: Szegedy et al., 2016. */
  readonly labelSmoothing?: number;
  /** Axis of the classes; for binary crossentropy, the axis of the mean (default: -1). */
  readonly axis?: number;
}

/** Returns the options that crossentropies accept in addition to `LossOptions`. */
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
 * Creates the binary crossentropy loss, for labels 0 and 1.
 *
 * `loss = mean(-(y · log(p) + (1 - y) · log(1 - p)))` over the last axis. Probabilities are clipped to [1e-7, 1 - 1e-7].
 * If the predictions are the direct output of a sigmoid, the loss uses its logits instead, without clipping.
 *
 * Source for `labelSmoothing`: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.binaryCrossentropy();
 * console.log(await loss.call(tensor([[1], [0]]), tensor([[0.9], [0.4]])).array()); // [0.1054, 0.5108]
 * ```
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
 * Creates the categorical crossentropy loss, for one-hot labels or class probabilities.
 *
 * `loss = -Σ y · log(p)` over the classes. Probabilities are divided by their sum and clipped to [1e-7, 1 - 1e-7]. If the
 * predictions are the direct output of a softmax, the loss uses its logits instead, without clipping.
 *
 * Source for `labelSmoothing`: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.categoricalCrossentropy();
 * console.log(await loss.call(tensor([[0, 1, 0]]), tensor([[0.2, 0.5, 0.3]])).array()); // [0.6931]
 * ```
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

/** Options of `sparseCategoricalCrossentropy`. */
export interface SparseCategoricalCrossentropyOptions extends Omit<CrossentropyOptions, 'labelSmoothing'> {
  /** Class whose samples have loss 0 and do not count in the mean (default: null, no class). */
  readonly ignoreClass?: number | null;
}

const sparseKinds = lossKinds('sparseCategoricalCrossentropy', {
  fromLogits: optional(boolean, false),
  ignoreClass: optional(nullable(integer()), null),
  axis: optional(axisKind, -1),
}) satisfies KindsOf<SparseCategoricalCrossentropyOptions>;

/**
 * Creates the sparse categorical crossentropy loss, for integer class labels.
 *
 * `loss = -log(p[label])`, with probabilities treated as in `categoricalCrossentropy`. Labels have shape [batch] or
 * [batch, 1], predictions [batch, classes]. A label outside [0, classes) makes the loss NaN.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.sparseCategoricalCrossentropy();
 * const result = loss.call(tensor([1, 2]), tensor([[0.2, 0.5, 0.3], [0.2, 0.5, 0.3]]));
 * console.log(await result.array()); // [0.6931, 1.204]
 * ```
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

/** Options of `categoricalGeneralizedCrossEntropy`. */
export interface GeneralizedCrossEntropyOptions extends LossOptions {
  /** Exponent strictly between 0 (close to crossentropy) and 1 (close to mean absolute error) (default: 0.5). */
  readonly q?: number;
}

const generalizedKinds = lossKinds('categoricalGeneralizedCrossEntropy', {
  q: optional(number({ above: 0, below: 1 }), 0.5),
}) satisfies KindsOf<GeneralizedCrossEntropyOptions>;

/**
 * Creates the generalized crossentropy loss, which tolerates wrong labels. Labels are integer classes.
 *
 * `loss = (1 - p^q) / q`, where p is the probability predicted for the label.
 *
 * Source: Z. Zhang and M. Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels",
 * 2018.
 *
 * @throws ManabiError `argument` unless 0 < q < 1
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.categoricalGeneralizedCrossEntropy({ q: 0.7 });
 * console.log(await loss.call(tensor([1]), tensor([[0.2, 0.5, 0.3]])).array()); // [0.5492]
 * ```
 */
export function categoricalGeneralizedCrossEntropy(options: GeneralizedCrossEntropyOptions = {}): Loss {
  const name = 'categoricalGeneralizedCrossEntropy';
  const config = readOptions(name, options, generalizedKinds);
  const { q } = config;
  return defineLoss('CategoricalGeneralizedCrossEntropy', config, (yTrue, yPred) => {
    const prediction = toFloat(name, 'yPred', yPred);
    return lossOfLabels(name, yTrue, prediction, { axis: -1, ignoreClass: null }, (labels) => {
      const probability = sum(
        mul(prediction, oneHot(labels, prediction.shape[prediction.rank - 1], { dtype: prediction.dtype })),
        -1,
      );
      return div(sub(1, power(probability, q)), q);
    });
  });
}

/** Returns the elementwise binary crossentropy of probabilities. */
export function binaryCost(labels: Tensor, probabilities: Tensor): Tensor {
  const p = clip(probabilities, EPSILON, 1 - EPSILON);
  return negative(add(mul(labels, log(p)), mul(sub(1, labels), log(sub(1, p)))));
}

/** Divides probabilities by their sum along `axis` and clips them to [1e-7, 1 - 1e-7]. */
export function toShares(probabilities: Tensor, axis: number): Tensor {
  return clip(div(probabilities, sum(probabilities, axis, { keepdims: true })), EPSILON, 1 - EPSILON);
}

/** Returns labels · (1 - smoothing) + smoothing / 2. */
export function smoothBinary(labels: Tensor, smoothing: number): Tensor {
  return smoothing === 0 ? labels : add(mul(labels, 1 - smoothing), smoothing / 2);
}

/**
 * Returns labels · (1 - smoothing) + smoothing / classes. As in Keras, the number of classes is the length of the last
 * axis.
 */
export function smoothCategorical(labels: Tensor, smoothing: number): Tensor {
  return smoothing === 0 ? labels : add(mul(labels, 1 - smoothing), smoothing / labels.shape[labels.rank - 1]);
}

/**
 * Returns the scores that a categorical crossentropy is computed from: logits if they are known, otherwise
 * probabilities. The logits of a softmax output are known only if the softmax was applied along the last axis.
 */
function classScores(op: string, yPred: Tensor, fromLogits: boolean, axis: number) {
  const isLast = axis === -1 || axis === yPred.rank - 1;
  return isLast ? scoresOf(op, 'softmax', yPred, fromLogits) : { scores: yPred, areLogits: fromLogits };
}
