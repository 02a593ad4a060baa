import { astype, div, floor, mul, power } from '@manabi/core';
import { boolean, type KindsOf, notNegative, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `exponentialDecay` and `inverseTimeDecay`. */
export interface DecayOptions {
  /** Learning rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps in which the exponent or quotient in the formula of the schedule grows by 1. */
  readonly decaySteps: number;
  /** Strength of the decay: `decayRate` in the formula of the schedule. */
  readonly decayRate: number;
  /** Whether the rate changes only every `decaySteps` steps, rather than in every step (default: false). */
  readonly staircase?: boolean;
}

const kinds = {
  initialLearningRate: notNegative,
  decaySteps: positive,
  decayRate: notNegative,
  staircase: optional(boolean, false),
} satisfies KindsOf<DecayOptions>;

/**
 * Creates a schedule that decays exponentially.
 *
 * `rate = initialLearningRate · decayRate ^ (step / decaySteps)`; with `staircase` the exponent is rounded down.
 *
 * @throws ManabiError `argument` for negative numbers, or a `decaySteps` of 0
 * @example
 * ```ts
 * import { scalar } from 'manabi';
 * import { exponentialDecay, sgd } from 'manabi/optimizers';
 *
 * const schedule = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 });
 * console.log(await schedule(scalar(20, { dtype: 'int32' })).item()); // 0.025
 * const optimizer = sgd({ learningRate: schedule });
 * ```
 */
export function exponentialDecay(options: DecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase } = readOptions('exponentialDecay', options, kinds);
  const config = { initialLearningRate, decaySteps, decayRate, staircase };
  return describedSchedule('ExponentialDecay', config, (step, dtype) => {
    const decays = div(astype(step, dtype), decaySteps);
    return mul(power(decayRate, staircase ? floor(decays) : decays), initialLearningRate);
  });
}
