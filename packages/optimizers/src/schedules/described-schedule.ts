import type { DType, Tensor } from '@manabi/core';
import type { Schedule } from '../optimizer.ts';

/** Returns a schedule that carries its class name and options, which saving an optimizer requires. */
export function describedSchedule(
  className: string,
  config: Readonly<Record<string, unknown>>,
  rateAt: (step: Tensor, dtype: DType) => Tensor,
): Schedule {
  const schedule = (step: Tensor, dtype: DType = 'float32'): Tensor => rateAt(step, dtype);
  return Object.assign(schedule, { className, config });
}
