// Makes a release in two steps: `npm run release -- version`, then `npm run release -- publish`. Check the result of each step.
// `npm run release -- publish --dry-run` does everything except upload and tag.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runPnpm } from '@tooling/run/install';
import { publishedPackages, root } from './published.ts';

const [step, ...options] = process.argv.slice(2);
const isDryRun = options.includes('--dry-run');

const output = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8' });

/** Runs a command of an installed tool, and ends the release if the command fails. */
async function tool(...args: readonly string[]): Promise<void> {
  const code = await runPnpm(['exec', ...args]);
  if (code !== 0) stop(`${args.join(' ')} failed with exit code ${code}. Fix the problem and repeat this step.`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}

function checkTree(): void {
  if (output('git', ['status', '--porcelain']) !== '') stop('There are uncommitted changes. Commit them first.');
}

/** Returns the changesets that are not released yet. */
const pendingChangesets = (): readonly string[] =>
  readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md'));

/** Returns the version of all published packages. */
function version(): string {
  const versions = new Set(publishedPackages().map(({ manifest }) => manifest.version));
  if (versions.size !== 1)
    stop(`Packages have different versions: ${[...versions].join(', ')}. Give all the same version.`);
  return [...versions].join();
}

async function makeVersion(): Promise<void> {
  if (pendingChangesets().length === 0) stop('There is nothing to release: .changeset contains no changesets.');
  await tool('changeset', 'version');
  await tool('biome', 'format', '--write', 'packages');
  console.log(
    `Version ${version()}. Read the CHANGELOGs. Next: git add .changeset packages && git commit -m "release: ${version()}"`,
  );
}

async function publish(): Promise<void> {
  if (pendingChangesets().length > 0 && !isDryRun)
    stop('There are unreleased changesets. Run `npm run release -- version` and commit first.');
  for (const { folder } of publishedPackages()) rmSync(join(folder, 'dist'), { recursive: true, force: true });
  await tool('turbo', 'run', 'build', 'check:packs', 'check:installs', '--output-logs=errors-only');
  const publishing = ['-r', '--filter', './packages/*', 'publish', '--access', 'public', '--no-git-checks'];
  const code = await runPnpm(isDryRun ? [...publishing, '--dry-run'] : publishing);
  if (code !== 0) stop('Publishing failed. Run the command again to publish the remaining packages.');
  if (isDryRun) return;
  await tool('changeset', 'tag');
  console.log(`Version ${version()} is published and tagged. Next: git push --follow-tags`);
}

if (step === 'version' || step === 'publish') {
  if (step === 'version' || !isDryRun) checkTree();
  await (step === 'version' ? makeVersion() : publish());
} else {
  stop('Usage: npm run release -- version | publish [--dry-run]');
}
