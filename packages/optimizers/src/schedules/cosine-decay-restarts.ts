import { add, astype, cos, div, floor, greaterEqual, less, log, mul, power, sub, type Tensor } from '@manabi/core';
import { type KindsOf, notNegative, number, optional, positive, readOptions } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `cosineDecayRestarts`. */
export interface CosineDecayRestartsOptions {
  /** The rate of the first step. */
  readonly initialLearningRate: number;
  /** Number of steps of the first period. */
  readonly firstDecaySteps: number;
  /** How much longer each period is than the one before. */
  readonly tMul?: number;
  /** How much higher each period begins than the one before. */
  readonly mMul?: number;
  /** The lowest rate, as a part of the first. */
  readonly alpha?: number;
}

const kinds = {
  initialLearningRate: notNegative,
  firstDecaySteps: positive,
  // Periods that shrink would come to an end.
  tMul: optional(number({ min: 1 }), 2),
  mMul: optional(notNegative, 1),
  alpha: optional(notNegative, 0),
} satisfies KindsOf<CosineDecayRestartsOptions>;

/**
 * SGDR: half a cosine down to `alpha` times the first rate, over and over, in periods that grow by `tMul` from heights
 * that change by `mMul` (Loshchilov & Hutter, 2017, https://arxiv.org/abs/1608.03983).
 *
 * @throws ManabiError `argument` for negative numbers, no steps, or periods that shrink
 * @example `cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 1000 })`
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

/** Where a step lies: number of restarts before it, and the part of its period that is done. */
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
  // The quotient of logarithms may miss a whole number by a rounding, and a restart with it: compare with the starts.
  const guess = floor(div(log(add(mul(time, tMul - 1), 1)), Math.log(tMul)));
  const late = astype(greaterEqual(time, startOf(add(guess, 1))), time.dtype);
  const early = astype(less(time, startOf(guess)), time.dtype);
  const restarts = sub(add(guess, late), early);
  return { restarts, done: div(sub(time, startOf(restarts)), power(tMul, restarts)) };
}
