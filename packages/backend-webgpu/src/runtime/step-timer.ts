import type { StepClocks } from '@manabi/ir';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { Bound } from './bound.ts';
import type { Commands, IndirectCounts } from './commands.ts';
import type { DeviceClock } from './device-clock.ts';
import { GpuTimes } from './gpu-times.ts';
import type { MeasuringTools } from './measuring-tools.ts';
import type { Span } from './span.ts';

/** Dispatch of a step of a plan. */
export interface StepDispatch {
  readonly bound: Bound;
  readonly spans: readonly Span[];
  readonly starts: readonly number[];
  readonly workgroups: number | IndirectCounts;
  /** Those of `spans` that the step writes. */
  readonly written: readonly Span[];
}

/** A measured time counts if it is at least this many times the resolution of the clock. */
const LEAST_TICKS = 10;

/** Resolution in milliseconds that shows every dispatch, since starting one takes microseconds. */
const FINE = 0.001;

/** Largest number of times that a step is repeated in one run. */
const MOST_REPEATS = 1024;

/**
 * Measures the steps of an executable. Each step runs in a pass of its own. If the clock is too coarse for a step, the
 * step is repeated, with the contents of its buffers as they were; more often in each run, until the clock can show it.
 */
export class StepTimer {
  readonly clock: DeviceClock;
  readonly #tools: MeasuringTools;
  readonly #clocks: StepClocks;
  /** For each step, its own index, and those of the loops and branches around it. */
  readonly #lineages: readonly (readonly number[])[];
  readonly #repeats: number[];
  readonly #times: GpuTimes;
  /** Measured steps of the current run, in order. */
  #measured: { readonly step: number; readonly repeats: number; milliseconds: number }[] = [];

  /** @param depths nesting depth of each step; see `StepReport` */
  constructor(tools: MeasuringTools, clock: DeviceClock, depths: readonly number[]) {
    this.clock = clock;
    this.#tools = tools;
    this.#clocks = tools.newClocks();
    this.#times = new GpuTimes(tools);
    this.#repeats = depths.map(() => 1);
    const open: number[] = [];
    this.#lineages = depths.map((depth) => {
      open.length = depth;
      open.push(this.#clocks.add());
      return [...open];
    });
  }

  /** Records a dispatch of a step, and measures it. */
  dispatch(commands: Commands, step: number, given: StepDispatch): void | Promise<void> {
    const repeats = this.#repeats[step];
    const measured = { step, repeats, milliseconds: 0 };
    this.#measured.push(measured);
    if (repeats === 1) return this.#timed(commands, given, measured);
    const saved = given.written.map((span) => this.#save(commands, span));
    const finish = (): void => {
      for (const [i, span] of given.written.entries()) {
        commands.copy(this.#tools.spanOf(saved[i], span.bytes), { ...span, start: 0 }, span.bytes);
        commands.giveBack(saved[i]);
      }
      const { bound, spans, starts, workgroups } = given;
      commands.dispatch(bound, spans, starts, workgroups);
    };
    const timed = this.#timed(commands, given, measured);
    return timed === undefined ? finish() : timed.then(finish);
  }

  /** Ends a run: submits the recorded commands, and waits for the times. */
  async endRun(commands: Commands): Promise<void> {
    const measured = this.#measured;
    this.#measured = [];
    if (this.clock.name === 'gpu') {
      const times = await this.#times.read(commands);
      for (const [i, [begin, end]] of times.entries()) measured[i].milliseconds = Number(end - begin) / 1e6;
    }
    const leastTime = LEAST_TICKS * this.clock.resolution;
    const longest = new Map<number, number>();
    for (const { step, milliseconds } of measured) {
      longest.set(step, Math.max(milliseconds, longest.get(step) ?? 0));
    }
    let areAllShown = true;
    for (const [step, milliseconds] of longest) {
      const repeats = this.#repeats[step];
      if (milliseconds >= leastTime || repeats === MOST_REPEATS || this.clock.resolution <= FINE) continue;
      areAllShown = false;
      // Twice as often as necessary, because the time was measured inaccurately.
      const factor = (2 * leastTime) / Math.max(milliseconds, this.clock.resolution);
      this.#repeats[step] = Math.min(MOST_REPEATS, Math.ceil(repeats * factor));
    }
    if (!areAllShown) return;
    for (const { step, repeats, milliseconds } of measured) {
      for (const index of this.#lineages[step]) this.#clocks.record(index, milliseconds / repeats);
    }
    this.#clocks.endRun();
  }

  /** Forgets the measurements of a failed run. */
  discardRun(): void {
    this.#measured = [];
    this.#times.discard();
  }

  /** Returns the shortest time of each step over all runs, in milliseconds; null while nothing could be measured. */
  shortest(): readonly (number | null)[] {
    return this.#clocks.shortest();
  }

  #timed(
    commands: Commands,
    { bound, spans, starts, workgroups }: StepDispatch,
    measured: { readonly repeats: number; milliseconds: number },
  ): void | Promise<void> {
    const { repeats } = measured;
    const repeat = (times: GPUComputePassTimestampWrites | null): void => {
      commands.dispatch(bound, spans, starts, workgroups, times, repeats);
    };
    if (this.clock.name === 'gpu') return repeat(this.#times.next());
    const { watch } = this.#tools.gpu;
    commands.submit();
    return watch.finished('run').then(async () => {
      const begin = performance.now();
      repeat(null);
      commands.submit();
      await watch.finished('run');
      measured.milliseconds = Math.max(0, performance.now() - begin - this.clock.overhead);
    });
  }

  #save(commands: Commands, span: Span): PooledBuffer {
    const saved = this.#tools.gpu.pool.take(span.bytes);
    commands.copy({ ...span, start: 0 }, this.#tools.spanOf(saved, span.bytes), span.bytes);
    return saved;
  }
}
