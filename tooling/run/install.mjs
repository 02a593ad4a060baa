import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, root } from './node.mjs';

/** pnpm in the pinned version, as an argument of npx: nobody has to install it. */
const pnpm = (() => {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devEngines;
  return `${packageManager.name}@${packageManager.version}`;
})();

/** Holds the digest of what was installed last. */
const stamp = join(root, 'node_modules', '.manabi-installed');

/**
 * Runs the pinned pnpm; what it starts finds pnpm on its path.
 *
 * @param {readonly string[]} args
 * @param {{ output?: 'inherit' | number }} [options] a file descriptor for what it prints, in place of the terminal
 * @returns {Promise<number>} exit code
 */
export const runPnpm = (args, { output = 'inherit' } = {}) =>
  execute('npx', ['-y', pnpm, ...args], {
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    shell: process.platform === 'win32',
    output,
  });

/**
 * Installs the dependencies when the lockfile or a package.json has changed since the last time. One line on stderr says
 * so; what pnpm prints is shown only if it fails, since the program that runs afterwards has results of its own to print.
 *
 * @param {{ frozen?: boolean }} [options] with `frozen`, a lockfile that lags behind is a failure; else it is updated
 * @returns {Promise<boolean>} whether the dependencies are in place
 */
export async function installIfNeeded({ frozen = false } = {}) {
  if (read(stamp) === fingerprint()) return true;
  const started = Date.now();
  process.stderr.write('Installing dependencies (only when they change) ... ');
  const folder = mkdtempSync(join(tmpdir(), 'manabi-install-'));
  const log = openSync(join(folder, 'log'), 'w+');
  try {
    const code = await runPnpm(frozen ? ['install', '--frozen-lockfile'] : ['install'], { output: log });
    process.stderr.write(code === 0 ? `done in ${Math.round((Date.now() - started) / 1000)} s\n` : 'failed\n');
    if (code !== 0) process.stderr.write(readFileSync(join(folder, 'log')));
    if (code === 0) writeFileSync(stamp, fingerprint());
    return code === 0;
  } finally {
    closeSync(log);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Digest of every file that decides what is installed. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    hash
      .update(file)
      .update('\0')
      .update(read(join(root, file)) ?? '')
      .update('\0');
  }
  return hash.digest('hex');
}

function manifests() {
  return ['apps', 'examples', 'packages', 'tooling'].flatMap((group) =>
    readdirSync(join(root, group))
      .sort()
      .map((name) => join(group, name, 'package.json')),
  );
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
