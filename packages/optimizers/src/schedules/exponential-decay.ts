import { astype, div, floor, mul, power } from '@manabi/core';
import { boolean, type KindsOf, notNegative, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `exponentialDecay` and `inverseTimeDecay`. */
export interface DecayOptions {
  /** The rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps after which the decay has taken effect once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether the rate falls only every `decaySteps`, in place of a little with each step. */
  readonly staircase?: boolean;
}

const kinds = {
  initialLearningRate: notNegative,
  decaySteps: positive,
  decayRate: notNegative,
  staircase: optional(boolean, false),
} satisfies KindsOf<DecayOptions>;

/**
 * initialLearningRate · decayRate ^ (step / decaySteps).
 *
 * @throws ManabiError `argument` for negative numbers, or no steps
 * @example `const optimizer = sgd({ learningRate: exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1000, decayRate: 0.9 }) });`
 */
export function exponentialDecay(options: DecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase } = readOptions('exponentialDecay', options, kinds);
  const config = { initialLearningRate, decaySteps, decayRate, staircase };
  return describedSchedule('ExponentialDecay', config, (step, dtype) => {
    const decays = div(astype(step, dtype), decaySteps);
    return mul(power(decayRate, staircase ? floor(decays) : decays), initialLearningRate);
  });
}
