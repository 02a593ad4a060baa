import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jestGlobals } from './describe-where.ts';

/**
 * Returns the absolute path of the folder for test data that is too large for the repository: the value of the
 * environment variable `MANABI_SHARED`, or by default `../shared` relative to the repository. The folder need not
 * exist.
 *
 * @example
 * ```ts
 * const folder = sharedFolder();
 * ```
 */
export function sharedFolder(): string {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return resolve(root, process.env.MANABI_SHARED ?? '../shared');
}

/**
 * Declares tests that need a file of `sharedFolder()`. If the file is missing, one skipped test reports its path, and `tests`
 * does not run.
 *
 * @param name name of the `describe` block
 * @param relativePath path of the file or folder, relative to the shared folder
 * @param tests function that declares the tests; it receives the absolute path
 * @example
 * ```ts no-run
 * describeWithShared('MNIST', 'data/mnist', (folder) => {
 *   test('has 60,000 images', () => {});
 * });
 * ```
 */
export function describeWithShared(name: string, relativePath: string, tests: (path: string) => void): void {
  const { describe, test } = jestGlobals();
  const path = resolve(sharedFolder(), relativePath);
  if (existsSync(path)) describe(name, () => tests(path));
  else describe(name, () => test.skip(`needs ${relativePath} in the shared folder (MANABI_SHARED)`, () => {}));
}
