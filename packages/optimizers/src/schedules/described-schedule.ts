import type { DType, Tensor } from '@manabi/core';
import type { Schedule } from '../optimizer.ts';

/** A schedule that says what it is, so that optimizers that follow it can be saved. */
export function describedSchedule(
  className: string,
  config: Readonly<Record<string, unknown>>,
  rateAt: (step: Tensor, dtype: DType) => Tensor,
): Schedule {
  const schedule = (step: Tensor, dtype: DType = 'float32'): Tensor => rateAt(step, dtype);
  return Object.assign(schedule, { className, config });
}
