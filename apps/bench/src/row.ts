import type { ContestantName } from './contestants.ts';
import type { WorkName } from './tasks.ts';

/** Result of a contestant in a case. `--json` prints this object unchanged. */
export interface Row {
  readonly work: WorkName;
  readonly size: string;
  readonly who: ContestantName;
  readonly version: string | null;
  /** Number of threads that the contestant used. */
  readonly threads: number;
  /** Name of the WebGPU adapter; null for libraries that run on the CPU. */
  readonly adapter: string | null;
  /** Median time of one run in milliseconds; null if there are no samples. */
  readonly medianMs: number | null;
  /** Shortest sample, which other programs on the machine disturb least. */
  readonly leastMs: number | null;
  /** Lower quartile of the times in milliseconds; null if there are no samples. */
  readonly lowMs: number | null;
  /** Upper quartile of the times in milliseconds; null if there are no samples. */
  readonly highMs: number | null;
  /** Median time of all processors for one run in milliseconds; null if it is unknown. */
  readonly cpuMs: number | null;
  readonly samples: number;
  readonly gflops: number | null;
  /** Gigabytes read and written per second, for benchmarks limited by memory bandwidth; null for others. */
  readonly gbps: number | null;
  /** Microseconds per kernel, for benchmarks of the overhead of starting kernels; null for others. */
  readonly usPerKernel: number | null;
  /** Samples prepared per second, for benchmarks of data; null for others. */
  readonly itemsPerSecond: number | null;
  /** Samples prepared per second of all processors; null for others, and if their time is unknown. */
  readonly itemsPerCpuSecond: number | null;
  /** Number of shaders that one run dispatches; null without WebGPU. */
  readonly dispatches: number | null;
  /** Time of the contestant divided by the time of manabi on the same device, in the same rounds. Above 1, manabi is faster. */
  readonly ratio: number | null;
  /** For manabi: the fastest measured peer on the same device; null without one. */
  readonly bestPeer: ContestantName | null;
  /** The time of `bestPeer` divided by this contestant's; above 1, manabi is faster. */
  readonly bestPeerRatio: number | null;
  readonly outcome: 'measured' | 'not applicable' | 'failed';
  /** Reason for missing numbers, or a remark on the numbers; null if there is neither. */
  readonly note: string | null;
}
