import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Pack } from './pack.ts';

const run = promisify(execFile);

/** What npm says when there is no registry to ask. */
const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/;

/**
 * Lets npm itself install all tarballs into an empty project. Packages of others come from npm's cache or its registry;
 * where there is neither, that is said and nothing is found.
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
    const said = error instanceof Error ? error.message : String(error);
    if (!offline.test(said)) return [`npm install: ${said}`];
    console.log('npm install was not tried: no registry answers.');
    return [];
  }
}
