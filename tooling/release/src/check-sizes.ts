// Checks that pages bundled by esbuild and by Rollup download no more than page-limits.json allows, and prints the bytes of
// each package and folder. Each page is run, so that code that it loads later counts as well. Limits are slightly above the
// measured sizes; lower them when a page shrinks. `--source` bundles the packages from their sources, without a build.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAdapter } from '@manabi/backend-webgpu';
import { type Bundler, bundlePage, bundlers, type Chunk } from './page-bundle.ts';
import { pageFiles } from './page-files.ts';
import { root } from './published.ts';
import { reportProblems } from './report.ts';
import { runPage } from './run-page.ts';

/** Largest permitted download of a page with either bundler, in kilobytes after gzip. */
interface Limit {
  readonly name: string;
  readonly page: string;
  /** Kilobytes downloaded before the program of the page starts. */
  readonly initial: number;
  /** Kilobytes downloaded before the program of the page ends. */
  readonly total: number;
  /** Value that `total` should be reduced to. */
  readonly goal: number;
}

/** Number of folders in the list that is printed for each page. */
const FOLDER_COUNT = 24;

const here = join(root, 'tooling', 'release');
const limits: readonly Limit[] = JSON.parse(readFileSync(join(here, 'page-limits.json'), 'utf8'));
const fromSource = process.argv.includes('--source');
const files = await pageFiles();
const problems: string[] = [];

/** Page that needs a graphics driver, and the module that gives it WebGPU. */
const gpuPage = 'training-webgpu.ts';
const gpuModule = new URL('page-gpu.mjs', import.meta.url).href;
const gpuRefusal = await describeAdapter().then(
  () => null,
  (error: unknown) => (error instanceof Error ? error.message : String(error)),
);

for (const limit of limits) for (const bundler of bundlers) await check(limit, bundler);
reportProblems(problems, 'No page downloads more than its limit.');

async function check({ name, page, goal, ...allowed }: Limit, bundler: Bundler): Promise<void> {
  const chunks = await bundlePage(join(here, 'src', 'pages', page), bundler, fromSource);
  if (page === gpuPage && gpuRefusal !== null && process.env.MANABI_REQUIRE_WEBGPU !== '1') {
    console.log(`${name}, ${bundler}: not measured. ${gpuRefusal}`);
    return;
  }
  const download = await runPage(chunks, files, page === gpuPage ? [gpuModule] : []);
  const found = { initial: sizeOf(download.initial), total: sizeOf(download.total) };
  console.log(
    `${name}, ${bundler}: ${kilobytes(found.initial)} initially, ${kilobytes(found.total)} in total, in ` +
      `${download.total.length} files (limits: ${allowed.initial} and ${allowed.total} kB; goal: ${goal} kB)`,
  );
  console.log(`  ${listOf(download.total, 1, 20)}\n  ${listOf(download.total, 2, FOLDER_COUNT)}`);
  for (const part of ['initial', 'total'] as const) {
    if (found[part] <= allowed[part] * 1000) continue;
    problems.push(`${name}, ${bundler}: ${part} is ${kilobytes(found[part])}; the limit is ${allowed[part]} kB.`);
  }
  if (page === 'one-function.ts')
    problems.push(...foreign(download.total, bundler, ['core', 'errors', 'ir', 'bundler']));
}

/**
 * Returns a message for each module in the files of a page that belongs to a package that the page should not contain.
 */
function foreign(chunks: readonly Chunk[], bundler: Bundler, allowed: readonly string[]): string[] {
  return chunks
    .flatMap(({ modules }) => [...modules.keys()])
    .filter((module) => !allowed.includes(module.split('/')[0]))
    .map(
      (module) =>
        `one function of core, ${bundler}: downloads ${module}. Check sideEffects in the package.json of that package.`,
    );
}

function sizeOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Formats the bytes that each package or folder adds to a page, the largest first.
 *
 * @param depth 1 for packages, 2 for their folders
 */
function listOf(chunks: readonly Chunk[], depth: number, most: number): string {
  const sums = new Map<string, number>();
  for (const { modules } of chunks) {
    for (const [module, bytes] of modules) {
      const part = module.split('/').slice(0, depth).join('/');
      sums.set(part, (sums.get(part) ?? 0) + bytes);
    }
  }
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([part, bytes]) => `${part} ${(bytes / 1000).toFixed(1)}`)
    .join(', ');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
