import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** @param {string} relative path from this folder */
const here = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** The configuration of all packages, which run from source in one jest process. */
export default {
  rootDir: here('../..'),
  roots: ['packages', 'apps', 'examples', 'tooling'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  // With MANABI_ROUTINES=off, even the tests of full programs run without tuned routines.
  moduleNameMapper:
    process.env.MANABI_ROUTINES === 'off'
      ? { '^@manabi/backend-cpu/register$': '<rootDir>/packages/conformance/src/register-loops.child.ts' }
      : {},
  transform: { '\\.ts$': here('./transform.mjs') },
  testEnvironment: here('./realm.cjs'),
  testEnvironmentOptions: { customExportConditions: ['@manabi/source', 'node', 'node-addons'] },
  setupFilesAfterEnv: [here('./equal-numbers.mjs')],
  watchman: false,
  // On a machine with two cores, jest alone would use only one.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // No test has to be fast: this only ends a test that hangs, even on a busy machine.
  testTimeout: 120_000,
};
