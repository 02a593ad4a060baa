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
 * initialLearningRate / (1 + decayRate · step / decaySteps). With `decaySteps` 1 it is the `decay` of Keras 1 and 2.
 *
 * @throws ManabiError `argument` for negative numbers, or no steps
 * @example `inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.01 })`
 */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase } = readOptions('inverseTimeDecay', options, kinds);
  const config = { initialLearningRate, decaySteps, decayRate, staircase };
  return describedSchedule('InverseTimeDecay', config, (step, dtype) => {
    const decays = div(astype(step, dtype), decaySteps);
    return div(initialLearningRate, add(mul(staircase ? floor(decays) : decays, decayRate), 1));
  });
}
