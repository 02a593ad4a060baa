import { node, quietFlags, sourceFlags } from './node.mjs';

/**
 * Flags of Node for jest and its workers. V8's compilation cache keeps the contexts of test files alive that have ended,
 * and finds nothing for the next one, which is a context of its own.
 */
export const flags = ['--experimental-vm-modules', '--no-compilation-cache', ...quietFlags, ...sourceFlags];

/**
 * Runs jest from the root folder. Its process, and every worker thread that a test starts, can load TypeScript files.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export const runJest = (args) => node([...flags, 'node_modules/jest/bin/jest.js', ...args]);
