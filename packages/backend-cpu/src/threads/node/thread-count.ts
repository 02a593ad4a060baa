import { ManabiError } from '@manabi/errors';
import { nodeModule } from '../../node/node-modules.ts';

const mostByDefault = 16;

/**
 * Returns the number of threads that a program uses by default: the value of the environment variable `MANABI_THREADS`;
 * otherwise 1 in a worker thread, whose program has other threads to compute; otherwise the number of processors that the
 * process may use, but at most 16, because few steps have more tasks.
 *
 * @throws ManabiError `argument` if `MANABI_THREADS` is not a positive integer
 */
export function defaultThreads(): number {
  const given = process.env.MANABI_THREADS ?? '';
  if (given !== '') {
    const count = Number(given);
    if (Number.isSafeInteger(count) && count > 0) return count;
    throw new ManabiError(
      'argument',
      `The environment variable MANABI_THREADS must be a positive integer; got ${JSON.stringify(given)}.`,
      { data: { given } },
    );
  }
  const processors = nodeModule('node:os')?.availableParallelism() ?? 1;
  const isMain = nodeModule('node:worker_threads')?.isMainThread ?? true;
  return isMain ? Math.min(mostByDefault, processors, groupProcessors()) : 1;
}

/** Returns the number of processors whose time the control group of this process may use on Linux; otherwise Infinity. */
function groupProcessors(): number {
  let least = Number.POSITIVE_INFINITY;
  for (const path of groupFolders()) {
    const quota =
      readQuota(`/sys/fs/cgroup${path}/cpu.max`) ??
      readQuota(`/sys/fs/cgroup/cpu${path}/cpu.cfs_quota_us`, `/sys/fs/cgroup/cpu${path}/cpu.cfs_period_us`);
    if (quota !== null) least = Math.min(least, Math.max(1, Math.floor(quota)));
  }
  return least;
}

/** Returns the paths of the control group of this process and of the groups that contain it, from the root `''`. */
function groupFolders(): readonly string[] {
  const lines = (readText('/proc/self/cgroup') ?? '').split('\n');
  const paths = new Set(['']);
  for (const line of lines) {
    const [, controllers, path] = /^\d+:([^:]*):\/(.*)$/.exec(line) ?? [];
    if (path === undefined || (controllers !== '' && !controllers.split(',').includes('cpu'))) continue;
    let folder = '';
    for (const name of path.split('/').filter((part) => part !== '' && part !== '..')) {
      folder = `${folder}/${name}`;
      paths.add(folder);
    }
  }
  return [...paths];
}

/** Reads files that contain a quota and a period in microseconds. Returns null for files without a quota. */
function readQuota(...files: readonly string[]): number | null {
  const [quota, period] = files
    .map((file) => readText(file) ?? '')
    .join(' ')
    .split(/\s+/)
    .map(Number);
  return quota > 0 && period > 0 ? quota / period : null;
}

function readText(file: string): string | null {
  try {
    return nodeModule('node:fs')?.readFileSync(file, 'utf8') ?? null;
  } catch {
    return null;
  }
}
