import type { BenchResults, Case } from '@manabi/bench';
import type { BenchBackend, PageMeasurement } from '@manabi/bench/page';

/** What the page sends to the worker. */
export interface MeasureRequest {
  readonly cases: readonly Case[];
  /** `auto`: `cpu`, and `webgpu` if the page has a hardware GPU. */
  readonly backend: BenchBackend | 'auto';
  /** Measuring time for each case, in seconds. */
  readonly seconds: number;
  /** Number of threads of the backend `cpu`; pages that are not isolated use one. */
  readonly threads: number;
}

/** What the worker sends to the page. */
export type MeasureMessage =
  | { readonly type: 'ready' }
  /** `backend` begins, or is left out for a reason. */
  | { readonly type: 'backend'; readonly backend: BenchBackend; readonly omitted: string | null }
  | { readonly type: 'result'; readonly result: PageMeasurement }
  | { readonly type: 'done' };

/** What the page of benchmarks knows from the build. */
export interface BenchmarkData {
  readonly cases: readonly Case[];
  readonly machine: BenchResults['machine'];
  /** Number of threads with which the committed times were measured. */
  readonly threads: number;
  /** Committed times of manabi in Node in milliseconds, by benchmark and size. */
  readonly committed: Readonly<Record<string, number>>;
}
