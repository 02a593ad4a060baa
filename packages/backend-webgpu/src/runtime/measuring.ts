import type { StepClock, StepClocks } from '@manabi/ir';
import type { Bound } from './bound.ts';
import type { Commands } from './commands.ts';
import { deviceClock } from './device-clock.ts';
import type { Gpu } from './gpu.ts';
import type { readBack } from './read-back.ts';
import type { spanOf } from './span.ts';
import { StepTimer } from './step-timer.ts';

/** Measures the steps of executables. Only backends with the option `measures` load the code. */
export interface Measuring {
  readonly clock: StepClock;
  /** Returns a timer for an executable. @param depths nesting depth of each step; see `StepReport` */
  readonly timer: (depths: readonly number[]) => StepTimer;
}

/** Parts of the backend that measure. They are passed instead of imported for the reason given for `DraftTools`. */
export interface MeasuringTools {
  readonly gpu: Gpu;
  /** The shader that packs uint8 elements, whose passes show how a clock advances. */
  readonly pack: Bound;
  readonly readBack: typeof readBack;
  readonly spanOf: typeof spanOf;
  readonly newCommands: () => Commands;
  readonly newClocks: () => StepClocks;
}

/** Chooses the clock of a device, and returns how it measures. */
export async function measuringOn(tools: MeasuringTools): Promise<Measuring> {
  const clock = await deviceClock(tools);
  return { clock: clock.name, timer: (depths) => new StepTimer(tools, clock, depths) };
}
