// Runs all tests, from a clean clone with only Node and npm: install, lint, imports, types, build, published packages, and
// every jest test.
// Each of the checks before jest counts as one test. The last line is `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installIfNeeded, runPnpm } from './install.mjs';
import { node, sourceFlags } from './node.mjs';
import { runJest } from './run-jest.mjs';
import { summaryLine, tallyJest, total } from './summary.mjs';

/** @type {import('./summary.mjs').Tally[]} */
const tallies = [];

/**
 * @param {string} name
 * @param {() => Promise<boolean>} run
 */
async function check(name, run) {
  console.log(`\n> ${name}`);
  const passed = await run();
  if (!passed) console.log(`FAILED: ${name}`);
  tallies.push({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });
  return passed;
}

/** @param {readonly string[]} args jest's arguments */
async function jest(args) {
  console.log('\n> jest');
  const folder = mkdtempSync(join(tmpdir(), 'manabi-jest-'));
  try {
    const file = join(folder, 'report.json');
    const code = await runJest(['--json', `--outputFile=${file}`, ...args]);
    tallies.push(tallyJest(readReport(file), code));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a check of the build, unless nothing has changed since it passed.
 *
 * @param {string} task of tooling/release
 */
const turbo = async (task) =>
  (await runPnpm(['exec', 'turbo', 'run', task, '--output-logs=new-only', '--log-prefix=none'])) === 0;

/** @param {string} file in tooling/release/src */
const release = async (file) => (await node([...sourceFlags, `tooling/release/src/${file}`])) === 0;

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

if (await check('install', () => installIfNeeded({ frozen: true }))) {
  await check('lint and format', async () => (await node(['node_modules/@biomejs/biome/bin/biome', 'check'])) === 0);
  await check('imports', async () => (await node([...sourceFlags, 'tooling/imports/src/main.ts'])) === 0);
  await check('types', async () => (await node(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'])) === 0);
  await check(
    'build',
    async () => (await runPnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])) === 0,
  );
  await check('packs', () => turbo('check:packs'));
  await check('installs', () => turbo('check:installs'));
  await check('templates', () => turbo('check:templates'));
  await check('api', () => release('api-reports.ts'));
  await check('unused', async () => (await node(['node_modules/knip/bin/knip.js', '--no-config-hints'])) === 0);
  await check('sizes', () => release('check-sizes.ts'));
  await jest(process.argv.slice(2));
}

const result = total(tallies);
console.log(`\n${summaryLine(result)}`);
process.exitCode = result.failed === 0 ? 0 : 1;
