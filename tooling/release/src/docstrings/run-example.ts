import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManabiError } from '@manabi/core';
import type { Claim } from './example-module.ts';
import { isShownAs, show } from './show.ts';

/** Function that compares a value with the claim at an index. */
export type Shown = (index: number, value: unknown) => Promise<void>;

/** Function that runs code that should throw, and compares the error with the claim at an index. */
export type Thrown = (index: number, run: () => Promise<void>) => Promise<void>;

/** A claim (an expected result) of an example that does not hold, with the actual value or error code. */
export interface Difference {
  readonly claim: Claim;
  readonly actual: string;
}

/**
 * Runs an example in an empty folder, and suppresses its console output.
 *
 * @param example the default export of the module that was generated for the example @returns the claims that do not
 * hold
 * @throws errors of the example that no claim expects
 */
export async function runExample(
  example: (shown: Shown, thrown: Thrown) => Promise<void>,
  claims: readonly Claim[],
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const shown: Shown = async (index, value) => {
    const [claim, actual] = [claims[index], await show(value)];
    if (!isShownAs(claim.expected, actual)) differences.push({ claim, actual });
  };
  const thrown: Thrown = async (index, run) => {
    const actual = await codeThrownBy(run);
    if (actual !== claims[index].expected) differences.push({ claim: claims[index], actual });
  };
  const folder = mkdtempSync(join(tmpdir(), 'manabi-example-'));
  const before = process.cwd();
  const speak = silence();
  process.chdir(folder);
  try {
    await example(shown, thrown);
  } finally {
    process.chdir(before);
    speak();
    rmSync(folder, { recursive: true, force: true });
  }
  return differences;
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
