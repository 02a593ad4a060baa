import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** @param {string} relative path from this folder */
const here = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The modules that tests load in place of `@manabi/backend-cpu/register`, by the value of MANABI_BACKEND.
 *
 * @type {Readonly<Record<string, string>>}
 */
const backends = {
  webgpu: '<rootDir>/packages/backend-webgpu/src/register.ts',
  onnxruntime: '<rootDir>/packages/conformance/src/onnxruntime/register.child.ts',
};

/** The module that tests load in place of `@manabi/backend-cpu/register`, if an environment variable asks for one. */
const backend =
  process.env.MANABI_ROUTINES === 'off'
    ? '<rootDir>/packages/conformance/src/register-loops.child.ts'
    : backends[process.env.MANABI_BACKEND ?? ''];

// Several tests run at the same time and use all processors. Tests of threads set their number themselves.
process.env.MANABI_THREADS ??= '1';

/** The configuration of all packages, which run from source in one jest process. */
export default {
  rootDir: here('../..'),
  roots: ['packages', 'apps', 'examples', 'tooling'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  // Templates of projects have tests for the test runner of Node.
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/create-manabi/templates/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  // Nightly runs put another backend in place of `cpu`.
  moduleNameMapper: backend === undefined ? {} : { '^@manabi/backend-cpu/register$': backend },
  transform: { '\\.ts$': here('./transform.mjs') },
  testEnvironment: here('./realm.cjs'),
  testEnvironmentOptions: { customExportConditions: ['@manabi/source', 'node', 'node-addons'] },
  setupFilesAfterEnv: [here('./equal-numbers.mjs')],
  watchman: false,
  // On a machine with two cores, jest alone would use only one. A third worker uses the time in which others wait for a
  // browser or another process.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // Long enough for any test on a busy machine: only a test that hangs is ended.
  testTimeout: 120_000,
};
