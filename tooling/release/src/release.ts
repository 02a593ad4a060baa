// Makes a release, in two steps that a person looks at: `npm run release -- version`, then `npm run release -- publish`.
// `npm run release -- publish --dry-run` does everything but upload and tag.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runPnpm } from '@tooling/run/install';
import { publishedPackages, root } from './published.ts';

const [step, ...options] = process.argv.slice(2);
const isDryRun = options.includes('--dry-run');

const output = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8' });

/** Runs a tool of the repository; the first that fails ends the release. */
async function tool(...args: readonly string[]): Promise<void> {
  const code = await runPnpm(['exec', ...args]);
  if (code !== 0) stop(`${args.join(' ')} ended with exit code ${code}. Nothing after it was done.`);
}

function stop(why: string): never {
  console.error(why);
  process.exit(1);
}

function checkTree(): void {
  if (output('git', ['status', '--porcelain']) !== '')
    stop('There are changes that are not committed. Commit them first.');
}

/** Changesets that no release has taken. */
const waiting = (): readonly string[] => readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md'));

/** The one version that all published packages have. */
function version(): string {
  const versions = new Set(publishedPackages().map(({ manifest }) => manifest.version));
  if (versions.size !== 1) stop(`Packages have several versions: ${[...versions].join(', ')}.`);
  return [...versions].join();
}

async function makeVersion(): Promise<void> {
  if (waiting().length === 0) stop('There is nothing to release: no changeset waits.');
  await tool('changeset', 'version');
  await tool('biome', 'format', '--write', 'packages');
  console.log(
    `Version ${version()}. Read the CHANGELOGs, then: git add .changeset packages && git commit -m "release: ${version()}"`,
  );
}

async function publish(): Promise<void> {
  if (waiting().length > 0 && !isDryRun) stop('Changesets wait. First: npm run release -- version, and commit.');
  for (const { folder } of publishedPackages()) rmSync(join(folder, 'dist'), { recursive: true, force: true });
  await tool('turbo', 'run', 'build', 'check:packs', 'check:installs', '--output-logs=errors-only');
  const publishing = ['-r', '--filter', './packages/*', 'publish', '--access', 'public', '--no-git-checks'];
  const code = await runPnpm(isDryRun ? [...publishing, '--dry-run'] : publishing);
  if (code !== 0) stop('Publishing failed. What is not yet published is published by running this again.');
  if (isDryRun) return;
  await tool('changeset', 'tag');
  console.log(`Version ${version()} is published and tagged. Then: git push --follow-tags.`);
}

if (step === 'version' || step === 'publish') {
  if (step === 'version' || !isDryRun) checkTree();
  await (step === 'version' ? makeVersion() : publish());
} else {
  stop('npm run release -- version | publish [--dry-run]');
}
