import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf } from './import-sites.ts';
import type { Manifest, PackageInfo, SourceFile } from './package-info.ts';

/** The folders whose packages are checked. */
const GROUPS = ['packages', 'apps', 'examples'];

/**
 * Reads every package of the repository, with the imports of its sources.
 *
 * @param root root folder of the repository
 */
export function readWorkspace(root: string): PackageInfo[] {
  return GROUPS.flatMap((group) =>
    foldersIn(join(root, group)).map((name): PackageInfo => {
      const folder = `${group}/${name}`;
      return { folder, manifest: readManifest(join(root, folder)), files: readSources(root, `${folder}/src`) };
    }),
  );
}

/** Reads the package.json of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry): SourceFile[] => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return readSources(root, path);
    return /\.[cm]?ts$/.test(entry.name)
      ? [{ path, imports: importsOf(path, readFileSync(join(root, path), 'utf8')) }]
      : [];
  });
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
