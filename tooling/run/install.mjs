import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
 * @param {{ stdout?: 'inherit' | number }} [options] where what it prints goes
 * @returns {Promise<number>} exit code
 */
export const runPnpm = (args, { stdout = 'inherit' } = {}) =>
  execute('npx', ['-y', pnpm, ...args], {
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    shell: process.platform === 'win32',
    stdout,
  });

/**
 * Installs the dependencies when the lockfile or a package.json has changed since the last time.
 *
 * @param {{ frozen?: boolean }} [options] with `frozen`, a lockfile that lags behind is a failure; else it is updated
 * @returns {Promise<boolean>} whether the dependencies are in place
 */
export async function installIfNeeded({ frozen = false } = {}) {
  if (read(stamp) === fingerprint()) return true;
  // What runs afterwards may have a result to print, such as JSON, which stdout is for.
  const code = await runPnpm(frozen ? ['install', '--frozen-lockfile'] : ['install'], { stdout: 2 });
  if (code !== 0) return false;
  writeFileSync(stamp, fingerprint());
  return true;
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
