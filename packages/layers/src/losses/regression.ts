import {
  abs,
  add,
  div,
  lessEqual,
  log,
  maximum,
  mean,
  mul,
  negative,
  rsqrt,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from '@manabi/core';
import { type KindsOf, optional, positive, readOptions } from '@manabi/errors';
import { axisKind } from '../structure/option-kinds.ts';
import { EPSILON } from './epsilon.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { toPair } from './pair.ts';

/**
 * Creates the mean squared error loss.
 *
 * `loss = mean((yTrue - yPred)²)` over the last axis.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * console.log(await losses.meanSquaredError().call(tensor([[1, 2]]), tensor([[2, 4]])).array()); // [2.5]
 * ```
 */
export function meanSquaredError(options: LossOptions = {}): Loss {
  const config = readOptions('meanSquaredError', options, lossKinds('meanSquaredError', {}));
  return defineLoss('MeanSquaredError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanSquaredError', yTrue, yPred);
    return mean(square(sub(truth, prediction)), -1);
  });
}

/**
 * Creates the mean absolute error loss.
 *
 * `loss = mean(|yTrue - yPred|)` over the last axis.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * console.log(await losses.meanAbsoluteError().call(tensor([[1, 2]]), tensor([[2, 4]])).array()); // [1.5]
 * ```
 */
export function meanAbsoluteError(options: LossOptions = {}): Loss {
  const config = readOptions('meanAbsoluteError', options, lossKinds('meanAbsoluteError', {}));
  return defineLoss('MeanAbsoluteError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanAbsoluteError', yTrue, yPred);
    return mean(abs(sub(truth, prediction)), -1);
  });
}

/**
 * Creates the mean absolute percentage error loss.
 *
 * `loss = 100 · mean(|yTrue - yPred| / max(|yTrue|, 1e-7))` over the last axis.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const result = losses.meanAbsolutePercentageError().call(tensor([[1, 2]]), tensor([[2, 4]]));
 * console.log(await result.array()); // [100]
 * ```
 */
export function meanAbsolutePercentageError(options: LossOptions = {}): Loss {
  const config = readOptions('meanAbsolutePercentageError', options, lossKinds('meanAbsolutePercentageError', {}));
  return defineLoss('MeanAbsolutePercentageError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanAbsolutePercentageError', yTrue, yPred);
    const relative = div(sub(truth, prediction), maximum(abs(truth), EPSILON));
    return mul(mean(abs(relative), -1), 100);
  });
}

/**
 * Creates the mean squared logarithmic error loss.
 *
 * `loss = mean((log(1 + yTrue) - log(1 + yPred))²)` over the last axis; values below 1e-7 count as 1e-7.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const result = losses.meanSquaredLogarithmicError().call(tensor([[1, 2]]), tensor([[2, 4]]));
 * console.log(await result.array()); // [0.2127]
 * ```
 */
export function meanSquaredLogarithmicError(options: LossOptions = {}): Loss {
  const config = readOptions('meanSquaredLogarithmicError', options, lossKinds('meanSquaredLogarithmicError', {}));
  return defineLoss('MeanSquaredLogarithmicError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanSquaredLogarithmicError', yTrue, yPred);
    return mean(square(sub(logOfOneAnd(prediction), logOfOneAnd(truth))), -1);
  });
}

const logOfOneAnd = (x: Tensor): Tensor => log(add(maximum(x, EPSILON), 1));

/** Options of `huber`. */
export interface HuberOptions extends LossOptions {
  /** Error size at which the loss changes from quadratic to linear (default: 1). */
  readonly delta?: number;
}

const huberKinds = lossKinds('huberLoss', { delta: optional(positive, 1) }) satisfies KindsOf<HuberOptions>;

/**
 * Creates the Huber loss: quadratic for small errors, linear for large ones.
 *
 * The mean over the last axis of `0.5 · e²` where `|e| <= delta`, and of `delta · |e| - 0.5 · delta²` elsewhere, for
 * `e = yPred - yTrue`.
 *
 * Source: P. Huber, "Robust Estimation of a Location Parameter", 1964.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const result = losses.huber({ delta: 1 }).call(tensor([[0], [0]]), tensor([[0.5], [3]]));
 * console.log(await result.array()); // [0.125, 2.5]
 * ```
 */
export function huber(options: HuberOptions = {}): Loss {
  const config = readOptions('huber', options, huberKinds);
  const { delta } = config;
  return defineLoss('Huber', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('huber', yTrue, yPred);
    const error = sub(prediction, truth);
    const size = abs(error);
    const line = sub(mul(size, delta), 0.5 * delta * delta);
    return mean(where(lessEqual(size, delta), mul(square(error), 0.5), line), -1);
  });
}

/**
 * Creates the log-cosh loss: close to half the squared error for small errors, and to the absolute error for large
 * ones.
 *
 * `loss = mean(log(cosh(yPred - yTrue)))` over the last axis, computed without overflow.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const result = losses.logCosh().call(tensor([[0], [0]]), tensor([[0.5], [3]]));
 * console.log(await result.array()); // [0.1201, 2.3093]
 * ```
 */
export function logCosh(options: LossOptions = {}): Loss {
  const config = readOptions('logCosh', options, lossKinds('logCosh', {}));
  return defineLoss('LogCosh', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('logCosh', yTrue, yPred);
    const error = sub(prediction, truth);
    return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), -1);
  });
}

/** Options of `cosineSimilarity`. */
export interface CosineSimilarityOptions extends LossOptions {
  /** Axis along which labels and predictions are compared as vectors (default: -1, the last). */
  readonly axis?: number;
}

const cosineKinds = lossKinds('cosineSimilarity', {
  axis: optional(axisKind, -1),
}) satisfies KindsOf<CosineSimilarityOptions>;

/**
 * Creates the cosine similarity loss: -1 for vectors of the same direction, 1 for opposite ones, 0 if one vector is zero.
 *
 * `loss = -Σ(yTrue · yPred) / (‖yTrue‖ · ‖yPred‖)` along `axis`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * console.log(await losses.cosineSimilarity().call(tensor([[1, 0]]), tensor([[1, 1]])).array()); // [-0.7071]
 * ```
 */
export function cosineSimilarity(options: CosineSimilarityOptions = {}): Loss {
  const config = readOptions('cosineSimilarity', options, cosineKinds);
  return defineLoss('CosineSimilarity', config, (yTrue, yPred) => negative(cosineOf(yTrue, yPred, config.axis)));
}

/** Returns the cosine of the angle between vectors along an axis. */
export function cosineOf(yTrue: Tensor, yPred: Tensor, axis: number): Tensor {
  const [truth, prediction] = toPair('cosineSimilarity', yTrue, yPred);
  return sum(mul(toUnitLength(truth, axis), toUnitLength(prediction, axis)), axis);
}

/**
 * Scales vectors to norm 1. The lower bound of the norm is applied before the square root, which keeps the gradient of
 * a zero vector finite.
 */
function toUnitLength(x: Tensor, axis: number): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), axis, { keepdims: true }), EPSILON * EPSILON)));
}
