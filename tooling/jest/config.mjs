import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** @param {string} relative path from this folder */
const here = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** One configuration for all packages: they run in one jest process, from source. */
export default {
  rootDir: here('../..'),
  roots: ['packages', 'apps', 'examples', 'tooling'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  // With MANABI_ROUTINES=off, whole programs run without tuned routines as well.
  moduleNameMapper:
    process.env.MANABI_ROUTINES === 'off'
      ? { '^@manabi/backend-cpu/register$': '<rootDir>/packages/conformance/src/register-loops.child.ts' }
      : {},
  transform: { '\\.ts$': here('./transform.mjs') },
  testEnvironment: here('./realm.cjs'),
  testEnvironmentOptions: { customExportConditions: ['@manabi/source', 'node', 'node-addons'] },
  watchman: false,
  // On two cores, jest alone would leave one idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Time fails no test: this only ends one that hangs, however busy the machine.
  testTimeout: 120_000,
};
