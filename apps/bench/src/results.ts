import { readFileSync } from 'node:fs';
import type { BenchArguments } from './arguments.ts';
import type { Place } from './contestants.ts';
import { currentLoad, type Machine, thisMachine } from './machine.ts';
import type { Row } from './row.ts';

/** A file of results, which `--out` writes. */
export interface BenchResults {
  /** Version of manabi. */
  readonly manabi: string;
  /** When the measurement began, in ISO 8601. */
  readonly date: string;
  readonly place: Place;
  readonly machine: Machine;
  /** Load before and after the measurement; null if the system does not report it. Half of a process or more is a busy machine. */
  readonly load: { readonly before: number; readonly after: number } | null;
  /** Threads that each contestant was allowed to use. */
  readonly threads: number;
  /** Measuring time for each contestant in each case, in seconds. */
  readonly seconds: number;
  /** Rounds, if they were set instead of the measuring time. */
  readonly repeats: number | null;
  /** Times have four digits. */
  readonly rows: readonly Row[];
}

/** State of the machine before a measurement. */
export interface BenchStart {
  readonly date: Date;
  readonly load: number | null;
}

/** Returns the contents of a file of results. */
export function resultsOf(
  rows: readonly Row[],
  { place, threads, seconds, repeats }: Pick<BenchArguments, 'place' | 'threads' | 'seconds' | 'repeats'>,
  { date, load }: BenchStart,
): BenchResults {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../../packages/manabi/package.json', import.meta.url), 'utf8'),
  );
  const after = currentLoad();
  return {
    manabi: version,
    date: date.toISOString(),
    place,
    machine: thisMachine(),
    load: load === null || after === null ? null : { before: digits(load), after: digits(after) },
    threads,
    seconds,
    repeats,
    rows: rows.map(withFewDigits),
  };
}

function withFewDigits(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? digits(value) : value]);
  // The same fields, with rounded numbers.
  return Object.fromEntries(entries) as Row;
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
