import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Pack } from './pack.ts';

const run = promisify(execFile);

/** Returns whether the output of npm says that it cannot reach the registry. */
export function isOffline(output: string): boolean {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/.test(output);
}

/**
 * Installs all tarballs into an empty project with npm. Third-party packages come from npm's cache or the registry. If
 * neither is available, it prints a note and reports no problems.
 */
export async function installWithNpm(packs: readonly Pack[], project: string): Promise<readonly string[]> {
  await mkdir(project, { recursive: true });
  const dependencies = Object.fromEntries(packs.map(({ name, tarball }) => [name, `file:${tarball}`]));
  await writeFile(`${project}/package.json`, JSON.stringify({ private: true, type: 'module', dependencies }));
  const npm = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'];
  try {
    await run('npm', npm, { cwd: project, shell: process.platform === 'win32' });
    const { stdout } = await run('npm', ['ls', '--all', '--json'], {
      cwd: project,
      shell: process.platform === 'win32',
    });
    const { problems = [] }: { problems?: readonly string[] } = JSON.parse(stdout);
    return problems.map((problem) => `npm ls: ${problem}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!isOffline(message)) return [`npm install: ${message}`];
    console.log('npm install was skipped, because the npm registry cannot be reached.');
    return [];
  }
}
