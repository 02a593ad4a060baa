// Holds what pages download to page-limits.json, with esbuild and with Rollup, and says where each kilobyte is. Each page is
// run, so that what it loads later counts too. A limit is what the page weighed when it was set, and a little: it goes down
// with the page. `--source` takes the packages from their sources, which need no build.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bundler, bundlePage, bundlers, type Chunk } from './page-bundle.ts';
import { pageFiles } from './page-files.ts';
import { root } from './published.ts';
import { reportBreaches } from './report.ts';
import { runPage } from './run-page.ts';

/** What a page may download, in kilobytes after gzip, with either bundler. */
interface Limit {
  readonly name: string;
  readonly page: string;
  /** Before its program begins. */
  readonly initial: number;
  /** Until its program has ended. */
  readonly total: number;
  /** What `total` has to become. */
  readonly goal: number;
}

/** How many rooms of packages are listed for a page. */
const ROOMS = 24;

const here = join(root, 'tooling', 'release');
const limits: readonly Limit[] = JSON.parse(readFileSync(join(here, 'page-limits.json'), 'utf8'));
const fromSource = process.argv.includes('--source');
const files = await pageFiles();
const breaches: string[] = [];

for (const limit of limits) for (const bundler of bundlers) await check(limit, bundler);
reportBreaches(breaches, 'Downloads are as small as they have been.');

async function check({ name, page, goal, ...allowed }: Limit, bundler: Bundler): Promise<void> {
  const chunks = await bundlePage(join(here, 'src', 'pages', page), bundler, fromSource);
  const download = await runPage(chunks, files);
  const found = { initial: sizeOf(download.initial), total: sizeOf(download.total) };
  console.log(
    `${name}, ${bundler}: ${kilobytes(found.initial)} at first, ${kilobytes(found.total)} in ${download.total.length} ` +
      `files in all (at most ${allowed.initial} and ${allowed.total} kB, goal ${goal} kB)`,
  );
  console.log(`  ${listOf(download.total, 1, 20)}\n  ${listOf(download.total, 2, ROOMS)}`);
  for (const part of ['initial', 'total'] as const) {
    if (found[part] <= allowed[part] * 1000) continue;
    breaches.push(`${name}, ${bundler}: ${part} is ${kilobytes(found[part])}; the limit is ${allowed[part]} kB.`);
  }
  if (page === 'one-function.ts')
    breaches.push(...foreign(download.total, bundler, ['core', 'errors', 'ir', 'bundler']));
}

/** Modules of packages that a page did not ask for. */
function foreign(chunks: readonly Chunk[], bundler: Bundler, allowed: readonly string[]): string[] {
  return chunks
    .flatMap(({ modules }) => [...modules.keys()])
    .filter((module) => !allowed.includes(module.split('/')[0]))
    .map((module) => `one function of core, ${bundler}: downloads ${module}. Is sideEffects stated, and true?`);
}

function sizeOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Where the bytes are, the largest first.
 *
 * @param depth 1 for packages, 2 for their rooms
 */
function listOf(chunks: readonly Chunk[], depth: number, most: number): string {
  const sums = new Map<string, number>();
  for (const { modules } of chunks) {
    for (const [module, bytes] of modules) {
      const place = module.split('/').slice(0, depth).join('/');
      sums.set(place, (sums.get(place) ?? 0) + bytes);
    }
  }
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([place, bytes]) => `${place} ${(bytes / 1000).toFixed(1)}`)
    .join(', ');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
