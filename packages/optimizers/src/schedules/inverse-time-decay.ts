import { add, astype, checkOptions, div, floor, mul } from '@manabi/core';
import { checkNotNegative, checkPositive } from '../hyperparameters.ts';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';
import type { DecayOptions } from './exponential-decay.ts';

/**
 * initialLearningRate / (1 + decayRate · step / decaySteps). With `decaySteps` 1 it is the `decay` of Keras 1 and 2.
 *
 * @throws ManabiError `argument` for negative numbers, or no steps
 * @example `inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.01 })`
 */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  checkOptions('inverseTimeDecay', options, {
    initialLearningRate: true,
    decaySteps: true,
    decayRate: true,
    staircase: true,
  });
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  checkNotNegative('inverseTimeDecay', { initialLearningRate, decayRate });
  checkPositive('inverseTimeDecay', { decaySteps });
  const config = { initialLearningRate, decaySteps, decayRate, staircase };
  return describedSchedule('InverseTimeDecay', config, (step) => {
    const decays = div(astype(step, 'float32'), decaySteps);
    return div(initialLearningRate, add(mul(staircase ? floor(decays) : decays, decayRate), 1));
  });
}
