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

/** Mean of squared differences over the last axis. */
export function meanSquaredError(options: LossOptions = {}): Loss {
  const config = readOptions('meanSquaredError', options, lossKinds('meanSquaredError', {}));
  return defineLoss('MeanSquaredError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanSquaredError', yTrue, yPred);
    return mean(square(sub(truth, prediction)), -1);
  });
}

/** Mean of absolute differences over the last axis. */
export function meanAbsoluteError(options: LossOptions = {}): Loss {
  const config = readOptions('meanAbsoluteError', options, lossKinds('meanAbsoluteError', {}));
  return defineLoss('MeanAbsoluteError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanAbsoluteError', yTrue, yPred);
    return mean(abs(sub(truth, prediction)), -1);
  });
}

/** 100 times the mean over the last axis of differences relative to the truth, which counts as 1e-7 at least. */
export function meanAbsolutePercentageError(options: LossOptions = {}): Loss {
  const config = readOptions('meanAbsolutePercentageError', options, lossKinds('meanAbsolutePercentageError', {}));
  return defineLoss('MeanAbsolutePercentageError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanAbsolutePercentageError', yTrue, yPred);
    const relative = div(sub(truth, prediction), maximum(abs(truth), EPSILON));
    return mul(mean(abs(relative), -1), 100);
  });
}

/** Mean of squared differences of log(1 + x) over the last axis; x counts as 1e-7 at least. */
export function meanSquaredLogarithmicError(options: LossOptions = {}): Loss {
  const config = readOptions('meanSquaredLogarithmicError', options, lossKinds('meanSquaredLogarithmicError', {}));
  return defineLoss('MeanSquaredLogarithmicError', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('meanSquaredLogarithmicError', yTrue, yPred);
    return mean(square(sub(logOfOneAnd(prediction), logOfOneAnd(truth))), -1);
  });
}

const logOfOneAnd = (x: Tensor): Tensor => log(add(maximum(x, EPSILON), 1));

/** What `huber` takes. */
export interface HuberOptions extends LossOptions {
  /** Where the parabola becomes a line; by default 1. */
  readonly delta?: number;
}

const huberKinds = lossKinds('huberLoss', { delta: optional(positive, 1) }) satisfies KindsOf<HuberOptions>;

/** Mean over the last axis of half the squared difference, or of a line where it is above delta: Huber, 1964. */
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

/** Mean over the last axis of log(cosh(difference)), without overflow. */
export function logCosh(options: LossOptions = {}): Loss {
  const config = readOptions('logCosh', options, lossKinds('logCosh', {}));
  return defineLoss('LogCosh', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('logCosh', yTrue, yPred);
    const error = sub(prediction, truth);
    return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), -1);
  });
}

/** What `cosineSimilarity` takes. */
export interface CosineSimilarityOptions extends LossOptions {
  /** The axis of the vectors; by default the last. */
  readonly axis?: number;
}

const cosineKinds = lossKinds('cosineSimilarity', {
  axis: optional(axisKind, -1),
}) satisfies KindsOf<CosineSimilarityOptions>;

/** Minus the cosine of the angle between two vectors: -1 where they point the same way, 0 if one is 0. */
export function cosineSimilarity(options: CosineSimilarityOptions = {}): Loss {
  const config = readOptions('cosineSimilarity', options, cosineKinds);
  return defineLoss('CosineSimilarity', config, (yTrue, yPred) => negative(cosineOf(yTrue, yPred, config.axis)));
}

/** The cosine of the angle between two vectors on an axis. */
export function cosineOf(yTrue: Tensor, yPred: Tensor, axis: number): Tensor {
  const [truth, prediction] = toPair('cosineSimilarity', yTrue, yPred);
  return sum(mul(toUnitLength(truth, axis), toUnitLength(prediction, axis)), axis);
}

/** The floor is within the root, so that a vector of zeros has a gradient. */
function toUnitLength(x: Tensor, axis: number): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), axis, { keepdims: true }), EPSILON * EPSILON)));
}
