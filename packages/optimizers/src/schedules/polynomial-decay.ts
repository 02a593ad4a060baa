import { add, astype, ceil, div, maximum, minimum, mul, power, sub } from '@manabi/core';
import { boolean, type KindsOf, notNegative, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  /** The rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps of the way down. */
  readonly decaySteps: number;
  /** The rate after `decaySteps`. */
  readonly endLearningRate?: number;
  /** 1 is a straight line. */
  readonly power?: number;
  /** Whether to rise again at the end, for a way that ends at the next multiple of `decaySteps`. */
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
 * (initialLearningRate - endLearningRate) · (1 - step / decaySteps) ^ power + endLearningRate, and the end rate from then
 * on.
 *
 * @throws ManabiError `argument` for negative numbers, or no steps
 * @example `polynomialDecay({ initialLearningRate: 0.1, decaySteps: 10000, endLearningRate: 0.01, power: 0.5 })`
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
