import { add, astype, div, floor, mul } from '@manabi/core';
import { boolean, type KindsOf, notNegative, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';
import type { DecayOptions } from './exponential-decay.ts';

const kinds = {
  initialLearningRate: notNegative,
  decaySteps: positive,
  decayRate: notNegative,
  staircase: optional(boolean, false),
} satisfies KindsOf<DecayOptions>;

/**
 * Creates a schedule that decays with the inverse of the step.
 *
 * `rate = initialLearningRate / (1 + decayRate · step / decaySteps)`; with `staircase` the quotient is rounded down.
 * With a `decaySteps` of 1, this is the option `decay` of Keras 1 and 2.
 *
 * @throws ManabiError `argument` for negative numbers, or a `decaySteps` of 0
 * @example
 * ```ts
 * import { scalar } from 'manabi';
 * import { inverseTimeDecay } from 'manabi/optimizers';
 *
 * const schedule = inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.01 });
 * console.log(await schedule(scalar(100, { dtype: 'int32' })).item()); // 0.05
 * ```
 */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase } = readOptions('inverseTimeDecay', options, kinds);
  const config = { initialLearningRate, decaySteps, decayRate, staircase };
  return describedSchedule('InverseTimeDecay', config, (step, dtype) => {
    const decays = div(astype(step, dtype), decaySteps);
    return div(initialLearningRate, add(mul(staircase ? floor(decays) : decays, decayRate), 1));
  });
}
