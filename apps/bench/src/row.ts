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
  /** Median time of one run in milliseconds; null if there are no samples. */
  readonly medianMs: number | null;
  /** Lower quartile of the times in milliseconds; null if there are no samples. */
  readonly lowMs: number | null;
  /** Upper quartile of the times in milliseconds; null if there are no samples. */
  readonly highMs: number | null;
  readonly samples: number;
  readonly gflops: number | null;
  /** Gigabytes read and written per second, for benchmarks limited by memory bandwidth; null for others. */
  readonly gbps: number | null;
  /** Microseconds per kernel, for benchmarks of the overhead of starting kernels; null for others. */
  readonly usPerKernel: number | null;
  /** Time of the contestant divided by the time of manabi in the same rounds. Above 1, manabi is faster. */
  readonly ratio: number | null;
  readonly outcome: 'measured' | 'not applicable' | 'failed';
  /** Reason for missing numbers, or a remark on the numbers; null if there is neither. */
  readonly note: string | null;
}
