import type { ContestantName } from './contestants.ts';
import type { WorkName } from './tasks.ts';

/** One result: a contestant in a case. `--json` prints it as it is. */
export interface Row {
  readonly work: WorkName;
  readonly size: string;
  readonly who: ContestantName;
  readonly version: string | null;
  /** Threads that it really had. */
  readonly threads: number;
  /** Milliseconds of one run; null when there was none. */
  readonly medianMs: number | null;
  /** Quartiles of the samples. */
  readonly lowMs: number | null;
  readonly highMs: number | null;
  readonly samples: number;
  readonly gflops: number | null;
  /** Gigabytes a second, for works that memory bounds. */
  readonly gbps: number | null;
  /** Microseconds a kernel, for works that only start kernels. */
  readonly usPerKernel: number | null;
  /** Its time divided by manabi's in the same rounds: above 1, manabi is faster. */
  readonly ratio: number | null;
  readonly outcome: 'measured' | 'not applicable' | 'failed';
  /** The reason of an outcome without numbers; else what to know about the number. */
  readonly note: string | null;
}
