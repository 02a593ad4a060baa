import { nodeModule } from '../node/node-modules.ts';
import { codeVersion } from './code-version.ts';
import { FolderCache } from './folder-cache.ts';
import type { PlanCache } from './plan-cache.ts';

/** Time in milliseconds that a plan must take to compile to be stored: reading a stored plan takes about a millisecond. */
const leastStoredTime = 10;

/**
 * Returns the cache of a new backend.
 *
 * @param folder folder of the cache; null for none. Default: the value of the environment variable `MANABI_PLAN_CACHE`
 * @param leastTime for tests: plans that compile faster than this many milliseconds are not stored
 */
export function createPlanCache(folder: string | null | undefined, leastTime = leastStoredTime): PlanCache | null {
  const given = folder === undefined ? process.env.MANABI_PLAN_CACHE : folder;
  if (given === undefined || given === null || given === '') return null;
  const [crypto, fs, path] = [nodeModule('node:crypto'), nodeModule('node:fs'), nodeModule('node:path')];
  if (crypto === undefined || fs === undefined || path === undefined)
    return withoutCache('The cache of compiled plans needs Node 20.16 or later');
  const version = codeVersion();
  if (version === null)
    return withoutCache(
      'The cache of compiled plans is off, because the version of manabi is unknown: it is part of a bundle, or its files have changed since ' +
        'the process has started. Keep the packages of manabi external, and start the process again',
    );
  return new FolderCache(path.resolve(given), version, leastTime, { crypto, fs, path });
}

let hasWarned = false;

function withoutCache(reason: string): null {
  if (!hasWarned) process.emitWarning(`${reason}.`);
  hasWarned = true;
  return null;
}
