// Holds what pages download to .size-limit.json, and says which packages it comes from. A limit is what the page weighed
// when it was set, and a little: it goes down with the page. The message says where it has to get.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundlePage, type PageBundle } from './page-bundle.ts';
import { root } from './published.ts';
import { reportBreaches } from './report.ts';

/** What this script reads of an entry of .size-limit.json. */
interface Limit {
  readonly name: string;
  readonly path: string;
  readonly limit: string;
  readonly message: string;
}

/** What size-limit says of an entry, in bytes. */
interface Measured {
  readonly name: string;
  readonly passed: boolean;
  readonly size: number;
}

const here = join(root, 'tooling', 'release');
const limits: readonly Limit[] = JSON.parse(readFileSync(join(here, '.size-limit.json'), 'utf8'));
const measured = await runSizeLimit();
const breaches: string[] = [];

for (const { name, path, limit, message } of limits) {
  const found = measured.find((one) => one.name === name);
  const { byPackage, modules } = await bundlePage(join(here, path));
  if (!found) throw new Error(`size-limit did not measure "${name}".`);
  console.log(`${name}: ${kilobytes(found.size)} of at most ${limit} (${message}): ${shares(byPackage)}`);
  if (!found.passed) breaches.push(`${name} weighs ${kilobytes(found.size)}; .size-limit.json allows ${limit}.`);
  if (name === 'one function of core') breaches.push(...foreign(modules, ['core', 'errors', 'ir']));
}
reportBreaches(breaches, 'Downloads are as small as they have been.');

/** Modules of packages that a page did not ask for. */
function foreign(modules: readonly string[], allowed: readonly string[]): string[] {
  return modules
    .filter((module) => !allowed.includes(module.split('/')[0]))
    .map((module) => `one function of core downloads ${module}: is sideEffects stated, and true?`);
}

async function runSizeLimit(): Promise<readonly Measured[]> {
  const folder = dirname(createRequire(import.meta.url).resolve('size-limit/package.json'));
  const ended = promisify(execFile)(process.execPath, [join(folder, 'bin.js'), '--json'], { cwd: here });
  // A limit that is passed ends it with an exit code, beside its figures.
  const { stdout } = await ended.catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  return JSON.parse(stdout);
}

function shares(byPackage: PageBundle['byPackage']): string {
  return [...byPackage]
    .sort((a, b) => b[1] - a[1])
    .map(([name, bytes]) => `${name} ${kilobytes(bytes)}`)
    .join(', ');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
