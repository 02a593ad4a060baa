import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTensor, ManabiError } from '@manabi/core';
import type { Reading } from './complete-example.ts';
import type { Claim } from './parse-example.ts';
import { isShownAs, show } from './show.ts';

/** Function that compares values, which an example prints or shows, with the claim at an index. */
export type Shown = (index: number, ...values: readonly unknown[]) => Promise<void>;

/** Function that runs code that should throw, and compares the error with the claim at an index. */
export type Thrown = (index: number, run: () => Promise<void>) => Promise<void>;

/** A claim (an expected result) of an example that does not hold, with the actual value or error code. */
export interface Difference {
  readonly claim: Claim;
  readonly actual: string;
}

/** What happened when an example ran. */
export interface Outcome {
  readonly differences: readonly Difference[];
  /** How to read the values of the claims, in order. */
  readonly readings: readonly Reading[];
}

/**
 * Runs an example in an empty folder, and suppresses its console output.
 *
 * @param example the default export of the module that was generated for the example
 * @returns the claims that do not hold, and how to read the values
 * @throws errors of the example that no claim expects
 */
export async function runExample(
  example: (shown: Shown, thrown: Thrown) => Promise<void>,
  claims: readonly Claim[],
): Promise<Outcome> {
  const differences: Difference[] = [];
  const readings: Reading[] = claims.map(() => ({ isPromise: false, of: 'data' }));
  const shown: Shown = async (index, ...values) => {
    const claim = claims[index];
    const isPrinted = claim.kind === 'printed';
    const found = isPrinted ? values : await Promise.all(values);
    readings[index] = readingOf(values[0], found[0]);
    // The console prints strings without quotes.
    const texts = await Promise.all(
      found.map((value) => (isPrinted && typeof value === 'string' ? value : show(value))),
    );
    const actual = texts.join(' ');
    const isSame = isShownAs(claim.expected, actual) || isShownAs(claim.expected, await show(found[0]));
    if (!isSame) differences.push({ claim, actual });
  };
  const thrown: Thrown = async (index, run) => {
    const actual = await codeThrownBy(run);
    if (actual !== claims[index].expected) differences.push({ claim: claims[index], actual });
  };
  const folder = mkdtempSync(join(tmpdir(), 'manabi-example-'));
  const [before, { MANABI_CACHE }] = [process.cwd(), process.env];
  const speak = silence();
  process.chdir(folder);
  try {
    await example(shown, thrown);
  } finally {
    process.chdir(before);
    if (MANABI_CACHE === undefined) delete process.env.MANABI_CACHE;
    else process.env.MANABI_CACHE = MANABI_CACHE;
    speak();
    rmSync(folder, { recursive: true, force: true });
  }
  return { differences, readings };
}

function readingOf(value: unknown, awaited: unknown): Reading {
  const isPromise = value instanceof Promise;
  if (!isTensor(awaited)) return { isPromise, of: 'data' };
  return {
    isPromise,
    of: awaited.size === 1 && awaited.shape.length === 0 && awaited.dtype !== 'bool' ? 'item' : 'array',
  };
}

/** Suppresses all console output until the returned function is called. */
function silence(): () => void {
  const { log, info, warn, error } = console;
  const [out, err] = [process.stdout.write, process.stderr.write];
  const drop = () => true;
  Object.assign(console, { log: drop, info: drop, warn: drop, error: drop });
  Object.assign(process.stdout, { write: drop });
  Object.assign(process.stderr, { write: drop });
  return () => {
    Object.assign(console, { log, info, warn, error });
    Object.assign(process.stdout, { write: out });
    Object.assign(process.stderr, { write: err });
  };
}

async function codeThrownBy(run: () => Promise<void>): Promise<string> {
  try {
    await run();
  } catch (error) {
    return error instanceof ManabiError ? error.code : String(error);
  }
  return 'nothing';
}
