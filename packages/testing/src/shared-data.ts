import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jestGlobals } from './describe-where.ts';

/**
 * The folder with data that is too large for the repository: what `MANABI_SHARED` says, else `../shared` beside the
 * repository. It may be missing.
 */
export function sharedFolder(): string {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return resolve(root, process.env.MANABI_SHARED ?? '../shared');
}

/**
 * A `describe` for tests that need a file of `sharedFolder()`. Where the file is missing there is one skipped test
 * instead, which names it, and `tests` does not run.
 *
 * @param relativePath file or folder, from the shared folder
 * @param tests gets the absolute path
 *
 * @example
 * describeWithShared('MNIST', 'data/mnist', (folder) => {
 *   test('has 60,000 images', () => { ... });
 * });
 */
export function describeWithShared(name: string, relativePath: string, tests: (path: string) => void): void {
  const { describe, test } = jestGlobals();
  const path = resolve(sharedFolder(), relativePath);
  if (existsSync(path)) describe(name, () => tests(path));
  else describe(name, () => test.skip(`needs ${relativePath} in the shared folder (MANABI_SHARED)`, () => {}));
}
