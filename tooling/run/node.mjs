import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Node flags under which TypeScript files run and packages resolve to their sources. */
export const sourceFlags = ['--import', new URL('./register.mjs', import.meta.url).href, '--conditions=@manabi/source'];

/** Flag that silences the note about experimental features, where this Node knows it. */
export const quietFlags = process.allowedNodeEnvironmentFlags.has('--disable-warning')
  ? ['--disable-warning=ExperimentalWarning']
  : [];

/** Flags for programs that people write: errors name lines of the source, not of what is left without types. */
export const programFlags = [...quietFlags, ...sourceFlags, '--enable-source-maps'];

/**
 * Runs a program with the terminal passed on and gives its exit code (1 when a signal ended it).
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, output?: 'inherit' | number }} [options] `output`: a
 *   file descriptor for stdout and stderr, in place of the terminal
 * @returns {Promise<number>}
 */
export function execute(command, args, { cwd = root, env = process.env, shell = false, output = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ['inherit', output, output] });
    // Ctrl-C reaches the program too, which may have something to finish; this process waits for it.
    process.on('SIGINT', ignore);
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs a file with this very Node.
 *
 * @param {readonly string[]} args flags, file and the file's arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export const node = (args, options) => execute(process.execPath, args, options);

function ignore() {}
