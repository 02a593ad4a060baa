import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, root } from './node.mjs';

/** The pinned version of pnpm as an argument of npx, so that it need not be installed. */
const pnpm = (() => {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devEngines;
  return `${packageManager.name}@${packageManager.version}`;
})();

/** File with the digest of the installed dependencies. */
const stamp = join(root, 'node_modules', '.manabi-installed');

/**
 * Runs the pinned version of pnpm, and puts it on the path of the programs that it starts.
 *
 * @param {readonly string[]} args
 * @param {{ output?: 'inherit' | number }} [options] `output`: a file descriptor to print to instead of the terminal
 * @returns {Promise<number>} exit code
 */
export const runPnpm = (args, { output = 'inherit' } = {}) =>
  execute('npx', ['-y', pnpm, ...args], {
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    shell: process.platform === 'win32',
    output,
  });

/**
 * Installs the dependencies if the lockfile or a package.json has changed since the last call. It prints one line to
 * stderr, and the output of pnpm only if that fails, so that it does not mix with the output of the program that follows.
 *
 * @param {{ frozen?: boolean }} [options] `frozen`: fail if the lockfile is outdated, instead of updating it
 * @returns {Promise<boolean>} whether the dependencies are installed
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

/** Returns a digest of every file that determines the dependencies. */
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
