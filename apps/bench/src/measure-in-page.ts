import { type Budget, measureSteady } from './measure.ts';
import { answering } from './runners/answering.ts';
import { load } from './runners/manabi-library.ts';
import { nameOfAdapter } from './runners/name-of-adapter.ts';
import { summarize } from './statistics.ts';
import type { Case } from './tasks.ts';

/** A backend that benchmarks run on in a page. */
export type BenchBackend = 'cpu' | 'webgpu';

/** The parts of a row that a page shows. */
export interface PageMeasurement {
  readonly work: string;
  readonly size: string;
  readonly backend: BenchBackend;
  /** Name of the WebGPU adapter; null on `cpu`. */
  readonly adapter: string | null;
  /** Median time of one run in milliseconds, and its quartiles; null if the case was not measured. */
  readonly medianMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
  readonly gflops: number | null;
  readonly gbps: number | null;
  readonly usPerKernel: number | null;
  /** The reason why the case was not measured; null if it was. */
  readonly note: string | null;
}

/**
 * Measures manabi in a page or its worker, with the same tasks and procedure as in Node.
 *
 * @param onResult receives each case when it is complete
 * @throws Error if the backend cannot start
 */
export async function measureInPage(
  cases: readonly Case[],
  backend: BenchBackend,
  { threads: wanted, ...budget }: Budget & { readonly threads: number },
  onResult: (result: PageMeasurement) => void,
): Promise<void> {
  const { version, threads, note, ...library } = await load({ variant: backend, threads: wanted });
  const ask = answering({ version, threads, note, ...library }, backend === 'webgpu');
  const adapter = backend === 'webgpu' ? await nameOfAdapter() : null;
  const runner = { version, threads, note, adapter, ask, isAlive: () => true, quit: async () => {} };
  for (const { work, size, task, flops, bytes, kernels } of cases) {
    const [outcome] = await measureSteady(task, [runner], budget);
    const head = { work, size, backend, adapter };
    if (outcome.kind !== 'measured') {
      onResult({
        ...head,
        ...{ medianMs: null, lowMs: null, highMs: null, gflops: null, gbps: null, usPerKernel: null },
        note: outcome.reason,
      });
      continue;
    }
    const { median, low, high } = summarize(outcome.samplesMs);
    const perMs = (amount: number | null) => (amount === null ? null : amount / median / 1e6);
    onResult({
      ...head,
      ...{ medianMs: median, lowMs: low, highMs: high },
      ...{ gflops: perMs(flops), gbps: perMs(bytes) },
      usPerKernel: kernels === null ? null : (median * 1000) / kernels,
      note: null,
    });
  }
}
