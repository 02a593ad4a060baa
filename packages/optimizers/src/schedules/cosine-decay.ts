import { add, astype, cos, div, less, minimum, mul, sub, type Tensor, where } from '@manabi/core';
import { type KindsOf, notNegative, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  /** Learning rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps of the decay, not counting the warm-up. */
  readonly decaySteps: number;
  /** Final learning rate as a fraction of the highest learning rate (default: 0). */
  readonly alpha?: number;
  /** Learning rate at the end of a linear warm-up; no warm-up if omitted. */
  readonly warmupTarget?: number;
  /** Number of steps of the warm-up (default: 0). */
  readonly warmupSteps?: number;
}

const kinds = {
  initialLearningRate: notNegative,
  decaySteps: positive,
  alpha: optional(notNegative, 0),
  warmupTarget: optional(notNegative),
  warmupSteps: optional(notNegative, 0),
} satisfies KindsOf<CosineDecayOptions>;

/**
 * Creates a schedule that decays along half a cosine, optionally after a linear warm-up.
 *
 * `rate = initialLearningRate · (alpha + (1 - alpha) · (1 + cos(π · min(step / decaySteps, 1))) / 2)`. With `warmupTarget`,
 * the rate first rises to the target over `warmupSteps` and decays from there.
 *
 * Sources: I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
 * https://arxiv.org/abs/1608.03983; for the warm-up: P. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet
 * in 1 Hour", 2017, https://arxiv.org/abs/1706.02677.
 *
 * @throws ManabiError `argument` for negative numbers, or a `decaySteps` of 0
 * @example
 * ```ts
 * import { scalar } from 'manabi';
 * import { cosineDecay } from 'manabi/optimizers';
 *
 * const schedule = cosineDecay({ initialLearningRate: 0, warmupTarget: 0.1, warmupSteps: 10, decaySteps: 100 });
 * console.log(await schedule(scalar(5, { dtype: 'int32' })).item()); // 0.05
 * console.log(await schedule(scalar(60, { dtype: 'int32' })).item()); // 0.05
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps } = readOptions(
    'cosineDecay',
    options,
    kinds,
  );
  const config = { initialLearningRate, decaySteps, alpha, warmupTarget: warmupTarget ?? null, warmupSteps };
  if (warmupTarget === undefined) {
    return describedSchedule('CosineDecay', config, (step, dtype) =>
      mul(halfCosine(minimum(div(astype(step, dtype), decaySteps), 1), alpha), initialLearningRate),
    );
  }
  return describedSchedule('CosineDecay', config, (step, dtype) => {
    const t = astype(step, dtype);
    const after = minimum(div(sub(t, warmupSteps), decaySteps), 1);
    const decayed = mul(halfCosine(after, alpha), warmupTarget);
    if (warmupSteps === 0) return decayed;
    const rise = (warmupTarget - initialLearningRate) / warmupSteps;
    return where(less(t, warmupSteps), add(mul(t, rise), initialLearningRate), decayed);
  });
}

/** Returns a factor that falls along half a cosine, from 1 where `done` is 0 to `alpha` where `done` is 1. */
function halfCosine(done: Tensor, alpha: number): Tensor {
  return add(mul(add(cos(mul(done, Math.PI)), 1), (1 - alpha) / 2), alpha);
}
