import { node, quietFlags, sourceFlags } from './node.mjs';

/** Flags of Node for jest and its workers. */
export const flags = [
  '--experimental-vm-modules',
  // The compilation cache would keep the contexts of completed test files, and cannot help others, which have new contexts.
  '--no-compilation-cache',
  // Each test file starts with cold code and runs most of it briefly: V8 optimises functions 15 times later than it would
  // by default, which saves a fifth to a third of the CPU time of tests that compile many graphs.
  '--interrupt-budget=1000000',
  ...quietFlags,
  ...sourceFlags,
];

/**
 * Runs jest from the root folder. Its process, and every worker thread that a test starts, can load TypeScript files.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export const runJest = (args) => node([...flags, 'node_modules/jest/bin/jest.js', ...args]);
