import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Manifest, publishedPackages, readManifest, root } from './published.ts';

const run = promisify(execFile);
const groups = ['packages', 'apps', 'examples', 'tooling'];

/** Folders of all packages, relative to the root. */
const folders = groups.flatMap((group) =>
  readdirSync(join(root, group))
    .map((name) => join(group, name))
    .filter((folder) => existsSync(join(root, folder, 'package.json'))),
);

describe('a release of all pending changesets', () => {
  const changesets = readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md'));
  let copy = '';
  let tags: readonly string[] = [];

  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=release', '-c', 'user.email=release@example.org', ...args], { cwd: copy });
  const changeset = (command: string) =>
    run(process.execPath, [join(root, 'node_modules/@changesets/cli/bin.js'), command], { cwd: copy });

  // The copy contains only manifests and changesets, which suffice for versions and tags, and is fast to create.
  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'manabi-release-'));
    const files = [
      'package.json',
      'pnpm-workspace.yaml',
      'pnpm-lock.yaml',
      '.changeset',
      'tooling/release/changelog.cjs',
    ];
    for (const file of [...files, ...folders.map((folder) => join(folder, 'package.json'))]) {
      cpSync(join(root, file), join(copy, file), { recursive: true });
    }
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '.');
    await git('commit', '--quiet', '--message=before');
    if (changesets.length === 0) return;
    await changeset('version');
    await git('commit', '--quiet', '--all', '--message=release');
    await changeset('tag');
    tags = (await git('tag')).stdout.trim().split('\n');
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const after = (name: string): Manifest => {
    const folder = folders.find((folder) => readManifest(join(root, folder)).name === name) ?? '';
    return readManifest(join(copy, folder));
  };
  const testIfAny = changesets.length > 0 ? test : test.skip;

  testIfAny('sets the same new version for all published packages', () => {
    const versions = publishedPackages().map(({ name }) => after(name).version);
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).not.toBe(publishedPackages()[0].manifest.version);
  });

  testIfAny('does not change private packages', () => {
    const manifests = folders.map((folder) => readManifest(join(root, folder))).filter((one) => one.private === true);
    expect(manifests.map(({ name }) => after(name).version)).toEqual(manifests.map(({ version }) => version));
  });

  testIfAny('tags only published packages', () => {
    const expected = publishedPackages().map(({ name }) => `${name}@${after(name).version}`);
    expect([...tags].sort()).toEqual(expected.sort());
  });

  testIfAny('writes each changeset into the CHANGELOG of every package that the changeset names', () => {
    for (const file of changesets) {
      const [, names = '', text = ''] = readFileSync(join(root, '.changeset', file), 'utf8').split('---\n');
      const [firstLine] = text.trim().split('\n');
      const named = [...names.matchAll(/^"(.+)": (?:major|minor|patch)$/gm)].map(([, name]) => name);
      expect(named).not.toEqual([]);
      for (const name of named) {
        const { folder } = publishedPackages().find((one) => one.name === name) ?? { folder: '' };
        const changelog = readFileSync(join(copy, folder.slice(root.length), 'CHANGELOG.md'), 'utf8');
        expect(changelog).toContain(firstLine);
      }
    }
  });
});
