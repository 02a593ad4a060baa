import type { Tensor } from '@manabi/core';
import type { Schedule } from '../optimizer.ts';

/** A schedule that says what it is, so that optimizers that follow it can be saved. */
export function describedSchedule(
  className: string,
  config: Readonly<Record<string, unknown>>,
  rateAt: (step: Tensor) => Tensor,
): Schedule {
  return Object.assign(rateAt, { className, config });
}
