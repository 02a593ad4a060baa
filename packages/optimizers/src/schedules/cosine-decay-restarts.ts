import { add, astype, cos, div, floor, greaterEqual, less, log, mul, power, sub, type Tensor } from '@manabi/core';
import { type KindsOf, notNegative, number, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `cosineDecayRestarts`. */
export interface CosineDecayRestartsOptions {
  /** Learning rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps in the first period, before the first restart. */
  readonly firstDecaySteps: number;
  /** Ratio of the length of each period to that of the previous period, at least 1 (default: 2). */
  readonly tMul?: number;
  /** Ratio of the initial rate of each period to that of the previous period (default: 1). */
  readonly mMul?: number;
  /** Learning rate at the end of a period, as a fraction of the initial rate (default: 0). */
  readonly alpha?: number;
}

const kinds = {
  initialLearningRate: notNegative,
  firstDecaySteps: positive,
  // Periods that become shorter would end after a finite number of steps.
  tMul: optional(number({ min: 1 }), 2),
  mMul: optional(notNegative, 1),
  alpha: optional(notNegative, 0),
} satisfies KindsOf<CosineDecayRestartsOptions>;

/**
 * Creates a schedule of repeated cosine decays (SGDR): each period decays to `alpha` times the initial rate, then restarts.
 *
 * `rate = initialLearningRate · (alpha + mMulʳ · (1 - alpha) · (1 + cos(π · done)) / 2)`, where r counts the restarts so far
 * and `done` is the fraction of the current period; period r has `firstDecaySteps · tMulʳ` steps.
 *
 * Source: I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
 * https://arxiv.org/abs/1608.03983.
 *
 * @throws ManabiError `argument` for negative numbers, a `firstDecaySteps` of 0, or a `tMul` below 1
 * @example
 * ```ts
 * import { scalar } from 'manabi';
 * import { cosineDecayRestarts } from 'manabi/optimizers';
 *
 * const schedule = cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 10 });
 * console.log(await schedule(scalar(5, { dtype: 'int32' })).item()); // 0.05
 * console.log(await schedule(scalar(10, { dtype: 'int32' })).item()); // 0.1
 * ```
 */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha } = readOptions(
    'cosineDecayRestarts',
    options,
    kinds,
  );
  const config = { initialLearningRate, firstDecaySteps, tMul, mMul, alpha };
  return describedSchedule('CosineDecayRestarts', config, (step, dtype) => {
    const time = div(astype(step, dtype), firstDecaySteps);
    const { restarts, done } = tMul === 1 ? evenPeriod(time) : growingPeriod(time, tMul);
    const height = power(mMul, restarts);
    const cosine = mul(add(cos(mul(done, Math.PI)), 1), mul(height, (1 - alpha) / 2));
    return mul(add(cosine, alpha), initialLearningRate);
  });
}

/**
 * Position of a step in the schedule: the number of restarts before the step, and the completed fraction of the current
 * period.
 */
interface Period {
  readonly restarts: Tensor;
  readonly done: Tensor;
}

function evenPeriod(time: Tensor): Period {
  const restarts = floor(time);
  return { restarts, done: sub(time, restarts) };
}

function growingPeriod(time: Tensor, tMul: number): Period {
  const startOf = (restart: Tensor): Tensor => div(sub(power(tMul, restart), 1), tMul - 1);
  // Rounding can put the quotient of logarithms on the wrong side of an integer; compare with the first steps of the
  // periods instead.
  const guess = floor(div(log(add(mul(time, tMul - 1), 1)), Math.log(tMul)));
  const late = astype(greaterEqual(time, startOf(add(guess, 1))), time.dtype);
  const early = astype(less(time, startOf(guess)), time.dtype);
  const restarts = sub(add(guess, late), early);
  return { restarts, done: div(sub(time, startOf(restarts)), power(tMul, restarts)) };
}
