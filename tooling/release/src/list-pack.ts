import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Pack } from './pack.ts';
import type { Manifest } from './published.ts';

const run = promisify(execFile);

/** Files that every tarball must contain. */
const required = ['package/LICENSE', 'package/README.md', 'package/dist/index.js', 'package/dist/index.d.ts'];

/** Matches paths that no tarball may contain. Templates of projects have tests, which are for users. */
const forbidden = /^(?!package\/templates\/).*(\.(test|child|fixture)\.|\.tsbuildinfo$|\/node_modules\/|\/goldens\/)/;

/** Checks the files in a tarball and the version ranges of its dependencies. Returns a message for each problem. */
export async function listPack(pack: Pack): Promise<readonly string[]> {
  const { stdout: list } = await run('tar', ['-tzf', pack.tarball]);
  const { stdout: manifest } = await run('tar', ['-xzOf', pack.tarball, 'package/package.json']);
  const files = new Set(
    list
      .trim()
      .split('\n')
      .filter((entry) => !entry.endsWith('/')),
  );
  return [
    ...required.filter((file) => !files.has(file)).map((file) => `the tarball lacks ${file.slice('package/'.length)}.`),
    ...[...files]
      .filter((file) => forbidden.test(file))
      .map((file) => `the tarball contains ${file}, which users do not need. Exclude it in \`files\`.`),
    ...checkManifest(JSON.parse(manifest)),
  ];
}

function checkManifest(manifest: Manifest): string[] {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies });
  return [
    ...ranges
      .filter(([, range]) => /^(workspace|catalog|file|link):/.test(range))
      .map(
        ([name, range]) => `it depends on ${name} at ${range}, which works only in this repository. Pack it with pnpm.`,
      ),
    ...(manifest.sideEffects === undefined
      ? ['its package.json has no `sideEffects`. Add it, so that bundlers can omit unused modules.']
      : []),
  ];
}
