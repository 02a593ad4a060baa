import { add, astype, cos, div, less, minimum, mul, sub, type Tensor, where } from '@manabi/core';
import { type KindsOf, notNegative, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  /** The rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps of the way down; those of the warm-up come on top. */
  readonly decaySteps: number;
  /** The last rate, as a part of the highest. */
  readonly alpha?: number;
  /** The rate to rise to first, in a straight line; without it there is no warm-up. */
  readonly warmupTarget?: number;
  /** Number of steps of the warm-up. */
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
 * Half a cosine down from the highest rate to `alpha` times it (Loshchilov & Hutter, 2017,
 * https://arxiv.org/abs/1608.03983), after a warm-up if `warmupTarget` is given (Goyal et al., 2017,
 * https://arxiv.org/abs/1706.02677).
 *
 * @throws ManabiError `argument` for negative numbers, or no steps
 * @example `cosineDecay({ initialLearningRate: 0, warmupTarget: 0.001, warmupSteps: 1000, decaySteps: 10000 })`
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

/** From 1 at `done` 0 to alpha at 1. */
function halfCosine(done: Tensor, alpha: number): Tensor {
  return add(mul(add(cos(mul(done, Math.PI)), 1), (1 - alpha) / 2), alpha);
}
