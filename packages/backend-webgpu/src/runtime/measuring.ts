import type { StepClock } from '@manabi/ir';
import { deviceClock } from './device-clock.ts';
import type { MeasuringTools } from './measuring-tools.ts';
import { StepTimer } from './step-timer.ts';

/** Measures the steps of executables. Only backends with the option `measures` load the code. */
export interface Measuring {
  readonly clock: StepClock;
  /** Returns a timer for an executable. @param depths nesting depth of each step; see `StepReport` */
  readonly timer: (depths: readonly number[]) => StepTimer;
}

/** Chooses the clock of a device, and returns how it measures. */
export async function measuringOn(tools: MeasuringTools): Promise<Measuring> {
  const clock = await deviceClock(tools);
  return { clock: clock.name, timer: (depths) => new StepTimer(tools, clock, depths) };
}
