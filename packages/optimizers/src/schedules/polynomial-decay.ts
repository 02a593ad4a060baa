import { add, astype, ceil, div, maximum, minimum, mul, power, sub } from '@manabi/core';
import { boolean, type KindsOf, notNegative, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  /** Learning rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps of the decay. */
  readonly decaySteps: number;
  /** Learning rate after `decaySteps` steps (default: 0.0001). */
  readonly endLearningRate?: number;
  /** Exponent of the decay (default: 1, a linear decay). */
  readonly power?: number;
  /** Whether to extend the decay to the next multiple of `decaySteps` each time the end is reached (default: false). */
  readonly cycle?: boolean;
}

const kinds = {
  initialLearningRate: notNegative,
  decaySteps: positive,
  endLearningRate: optional(notNegative, 0.0001),
  power: optional(notNegative, 1),
  cycle: optional(boolean, false),
} satisfies KindsOf<PolynomialDecayOptions>;

/**
 * Creates a schedule that decays polynomially and then stays at the final rate.
 *
 * `rate = (initialLearningRate - endLearningRate) · (1 - min(step / decaySteps, 1)) ^ power + endLearningRate`.
 *
 * @throws ManabiError `argument` for negative numbers, or a `decaySteps` of 0
 * @example
 * ```ts
 * import { scalar } from 'manabi';
 * import { polynomialDecay } from 'manabi/optimizers';
 *
 * const schedule = polynomialDecay({ initialLearningRate: 0.1, decaySteps: 100, endLearningRate: 0.01 });
 * console.log(await schedule(scalar(50, { dtype: 'int32' })).item()); // 0.055
 * ```
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const {
    initialLearningRate,
    decaySteps,
    endLearningRate,
    power: exponent,
    cycle,
  } = readOptions('polynomialDecay', options, kinds);
  const config = { initialLearningRate, decaySteps, endLearningRate, power: exponent, cycle };
  return describedSchedule('PolynomialDecay', config, (step, dtype) => {
    const decays = div(astype(step, dtype), decaySteps);
    const done = cycle ? div(decays, maximum(ceil(decays), 1)) : minimum(decays, 1);
    return add(mul(power(sub(1, done), exponent), initialLearningRate - endLearningRate), endLearningRate);
  });
}
