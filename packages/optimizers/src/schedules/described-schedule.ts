import type { DType, Tensor } from '@manabi/core';
import type { Schedule } from '../optimizer.ts';

/**
 * Creates a schedule from a function of the step, with the class name and options that saving an optimizer requires.
 */
export function describedSchedule(
  className: string,
  config: Readonly<Record<string, unknown>>,
  rateAt: (step: Tensor, dtype: DType) => Tensor,
): Schedule {
  const schedule = (step: Tensor, dtype: DType = 'float32'): Tensor => rateAt(step, dtype);
  return Object.assign(schedule, { className, config });
}
