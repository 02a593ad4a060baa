import type { StepClock } from '@manabi/ir';
import { GpuTimes } from './gpu-times.ts';
import type { MeasuringTools } from './measuring-tools.ts';

/** How the steps on a device are measured. */
export interface DeviceClock {
  readonly name: StepClock;
  /** Smallest difference that the clock shows, in milliseconds. Shorter steps are repeated. */
  readonly resolution: number;
  /** Time of a submission without work, in milliseconds; subtracted from each measured time. */
  readonly overhead: number;
}

/** Number of passes or submissions from which the properties of a clock are found. */
const TRIALS = 24;

/**
 * Chooses the clock of a device: the GPU's own timestamps where the device offers them and they advance, otherwise the
 * host's clock around submissions. Browsers and drivers round timestamps; the rounding is measured.
 */
export async function deviceClock(tools: MeasuringTools): Promise<DeviceClock> {
  const { gpu } = tools;
  if (gpu.device.features.has('timestamp-query')) {
    const resolution = await timestampResolution(tools);
    if (resolution !== null) return { name: 'gpu', resolution, overhead: 0 };
  }
  const times: number[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const begin = performance.now();
    gpu.device.queue.submit([]);
    await gpu.watch.finished('compile');
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  const overhead = times[TRIALS / 2];
  return { name: 'submission', resolution: Math.max(overhead, 0.05), overhead };
}

/** Returns the greatest common divisor of timestamps in milliseconds; null if they do not advance. */
async function timestampResolution(tools: MeasuringTools): Promise<number | null> {
  const { gpu, pack, spanOf } = tools;
  const commands = tools.newCommands();
  const times = new GpuTimes(tools);
  const [from, to] = [gpu.pool.take(256), gpu.pool.take(256)];
  for (let trial = 0; trial < TRIALS; trial++) {
    commands.dispatch(pack, [spanOf(from, 256), spanOf(to, 256)], [1, 4], 1 + trial, times.next());
  }
  const passes = await times.read(commands);
  gpu.pool.give(from);
  gpu.pool.give(to);
  const [first] = passes[0];
  const advances = passes.flat().map((time) => (time > first ? time - first : first - time));
  const divisor = advances.reduce(greatestCommonDivisor, 0n);
  return divisor === 0n ? null : Number(divisor) / 1e6;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
