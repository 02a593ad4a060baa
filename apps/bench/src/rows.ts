import { bestPeerOf } from './best-peer.ts';
import { type ContestantName, contestants, references } from './contestants.ts';
import type { Outcome } from './measure.ts';
import type { Row } from './row.ts';
import { samplesOf } from './samples-of.ts';
import { median, pairedRatio, summarize } from './statistics.ts';
import type { Case } from './tasks.ts';

/** A contestant and its outcome in a case. */
export interface Entry {
  readonly who: ContestantName;
  readonly version: string | null;
  readonly threads: number;
  readonly adapter: string | null;
  readonly note: string | null;
  readonly outcome: Outcome;
}

/**
 * Largest relative difference between the check of a contestant and the median of all checks that may be due to
 * rounding and the order of sums.
 */
const CHECK_TOLERANCE = 0.01;

/**
 * Lowest rate, in GFLOP/s per core, that a native library with an optimized BLAS is expected to reach on current
 * processors.
 */
const TUNED_GFLOPS = 100;

/** Processors per thread that a contestant may use, for example because its engine collects garbage in another thread. */
const MOST_PROCESSORS = 1.4;

/** Returns the rows of a case, with rates, ratios and notes, in the order of `entries`. */
export function rowsOf(work: Case, entries: readonly Entry[]): readonly Row[] {
  const checks = entries.flatMap(({ outcome }) =>
    outcome.kind === 'measured' && outcome.check !== null ? [outcome.check] : [],
  );
  const agreed = checks.length === 0 ? null : median(checks);
  const results = entries.map((entry) => ({ ...entry, outcome: checked(entry.outcome, agreed) }));
  return results.map((entry) =>
    entry.outcome.kind === 'measured'
      ? measuredRow(work, entry, entry.outcome, results)
      : emptyRow(work, entry, entry.outcome.kind, entry.outcome.reason),
  );
}

/**
 * Returns a failure instead of an outcome whose check differs from `agreed`, the median of the checks of all
 * contestants.
 */
function checked(outcome: Outcome, agreed: number | null): Outcome {
  if (outcome.kind !== 'measured' || outcome.check === null || agreed === null) return outcome;
  if (Math.abs(outcome.check - agreed) <= CHECK_TOLERANCE * Math.abs(agreed)) return outcome;
  return { kind: 'failed', reason: `wrong result: its check is ${outcome.check}; the median of all is ${agreed}` };
}

function measuredRow(
  work: Case,
  entry: Entry,
  { samplesMs, samplesCpuMs = [], dispatches, note }: Extract<Outcome, { kind: 'measured' }>,
  all: readonly Entry[],
): Row {
  const reference = all.find(({ who }) => who === references[contestants[entry.who].device]);
  const best = bestPeerOf(entry, all);
  const { least, median: medianMs, low, high, count } = summarize(samplesMs);
  const perMs = (amount: number | null, scale: number) => (amount === null ? null : amount / medianMs / scale);
  const gflops = perMs(work.flops, 1e6);
  const cpuMs = samplesCpuMs.length === 0 ? null : median(samplesCpuMs);
  return {
    work: work.work,
    size: work.size,
    who: entry.who,
    version: entry.version,
    threads: entry.threads,
    adapter: entry.adapter,
    medianMs,
    leastMs: least,
    lowMs: low,
    highMs: high,
    cpuMs,
    samples: count,
    gflops,
    gbps: perMs(work.bytes, 1e6),
    usPerKernel: work.kernels === null ? null : (medianMs * 1000) / work.kernels,
    itemsPerSecond: perMs(work.items, 1e-3),
    itemsPerCpuSecond: work.items === null || cpuMs === null ? null : (1000 * work.items) / cpuMs,
    dispatches,
    ratio: reference === undefined ? null : pairedRatio(samplesMs, samplesOf(reference)),
    bestPeer: best?.who ?? null,
    bestPeerRatio: best?.ratio ?? null,
    outcome: 'measured',
    note:
      [slowBuildNote(work, entry, gflops), moreThreadsNote(entry, cpuMs, medianMs), note, entry.note]
        .filter(isText)
        .join('; ') || null,
  };
}

function emptyRow(work: Case, entry: Entry, outcome: 'not applicable' | 'failed', reason: string): Row {
  return {
    work: work.work,
    size: work.size,
    who: entry.who,
    version: entry.version,
    threads: entry.threads,
    adapter: entry.adapter,
    medianMs: null,
    leastMs: null,
    lowMs: null,
    highMs: null,
    cpuMs: null,
    samples: 0,
    gflops: null,
    gbps: null,
    usPerKernel: null,
    itemsPerSecond: null,
    itemsPerCpuSecond: null,
    dispatches: null,
    ratio: null,
    bestPeer: null,
    bestPeerRatio: null,
    outcome,
    note: reason,
  };
}

function isText(note: string | null | undefined): note is string {
  return note !== null && note !== undefined;
}

/** Returns a note if a contestant on the CPU has used clearly more processors than it has threads. */
function moreThreadsNote({ who, threads }: Entry, cpuMs: number | null, medianMs: number): string | null {
  if (cpuMs === null || contestants[who].device !== 'cpu' || cpuMs <= MOST_PROCESSORS * threads * medianMs) return null;
  return `has used ${(cpuMs / medianMs).toFixed(1)} processors, more than its threads`;
}

/** Returns a note if PyTorch is too slow for a fair comparison, for example because it lacks an optimized BLAS. */
function slowBuildNote({ task }: Case, { who, threads }: Entry, gflops: number | null): string | null {
  const isYardstick = who === 'pytorch' && task.kind === 'matmul' && task.size === 1024;
  if (!isYardstick || gflops === null || gflops / threads >= TUNED_GFLOPS) return null;
  return `below ${TUNED_GFLOPS} GFLOP/s per core: a slow build, or a slow or busy machine; its other rows are too slow as well`;
}
