import { node, quietFlags, sourceFlags } from './node.mjs';

/**
 * Runs jest from the root folder. Its process, and every worker thread that a test starts, can load TypeScript files.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export const runJest = (args) =>
  node(['--experimental-vm-modules', ...quietFlags, ...sourceFlags, 'node_modules/jest/bin/jest.js', ...args]);
