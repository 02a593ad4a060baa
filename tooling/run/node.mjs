import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Node flags with which TypeScript files run and packages resolve to their sources. */
export const sourceFlags = ['--import', new URL('./register.mjs', import.meta.url).href, '--conditions=@manabi/source'];

/** Flag that hides warnings about experimental features, if this version of Node supports it. */
export const quietFlags = process.allowedNodeEnvironmentFlags.has('--disable-warning')
  ? ['--disable-warning=ExperimentalWarning']
  : [];

/** Flags for programs of users: with source maps, errors name lines of the TypeScript source. */
export const programFlags = [...quietFlags, ...sourceFlags, '--enable-source-maps'];

/** Signals that ask a program to end. */
const endings = /** @type {const} */ (['SIGINT', 'SIGTERM']);

/**
 * Runs a program in the same terminal and returns its exit code, or 128 plus the number of the signal that ended it.
 * SIGINT and SIGTERM are passed on, and this process waits for the program. If one of them ends the program, it also ends
 * this process.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, output?: 'inherit' | number }} [options] `output`: a
 *   file descriptor for stdout and stderr, instead of the terminal
 * @returns {Promise<number>}
 */
export function execute(command, args, { cwd = root, env = process.env, shell = false, output = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ['inherit', output, output] });
    /** @type {Set<NodeJS.Signals>} */
    const received = new Set();
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      received.add(signal);
      // In a terminal, Ctrl-C already reaches the program, which might take a second SIGINT as a request to exit at once.
      if (signal !== 'SIGINT' || !hasTerminal()) child.kill(signal);
    };
    const release = () => {
      for (const signal of endings) process.off(signal, forward);
    };
    for (const signal of endings) process.on(signal, forward);
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      release();
      if (signal !== null && received.has(signal)) process.kill(process.pid, signal);
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/**
 * Runs a file with the same Node as this process.
 *
 * @param {readonly string[]} args flags, the file, and its arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export const node = (args, options) => execute(process.execPath, args, options);

/** Returns whether Ctrl-C in a terminal reaches this process and its child processes. */
function hasTerminal() {
  if (process.platform === 'win32') return true;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
