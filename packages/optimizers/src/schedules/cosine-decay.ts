import { add, astype, checkOptions, cos, div, less, minimum, mul, sub, type Tensor, where } from '@manabi/core';
import { checkNotNegative, checkPositive } from '../hyperparameters.ts';
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

/**
 * Half a cosine down from the highest rate to `alpha` times it (Loshchilov & Hutter, 2017,
 * https://arxiv.org/abs/1608.03983), after a warm-up if `warmupTarget` is given (Goyal et al., 2017,
 * https://arxiv.org/abs/1706.02677).
 *
 * @throws ManabiError `argument` for negative numbers, or no steps
 * @example `cosineDecay({ initialLearningRate: 0, warmupTarget: 0.001, warmupSteps: 1000, decaySteps: 10000 })`
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptions('cosineDecay', options, {
    initialLearningRate: true,
    decaySteps: true,
    alpha: true,
    warmupTarget: true,
    warmupSteps: true,
  });
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  checkNotNegative('cosineDecay', { initialLearningRate, alpha, warmupTarget: warmupTarget ?? 0, warmupSteps });
  checkPositive('cosineDecay', { decaySteps });
  const config = { initialLearningRate, decaySteps, alpha, warmupTarget: warmupTarget ?? null, warmupSteps };
  if (warmupTarget === undefined) {
    return describedSchedule('CosineDecay', config, (step) =>
      mul(halfCosine(minimum(div(astype(step, 'float32'), decaySteps), 1), alpha), initialLearningRate),
    );
  }
  return describedSchedule('CosineDecay', config, (step) => {
    const t = astype(step, 'float32');
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
