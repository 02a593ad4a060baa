import { execFile } from 'node:child_process';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Pack } from './pack.ts';
import { type Manifest, readManifest, root } from './published.ts';

const run = promisify(execFile);

/**
 * Unpacked packages, in folders as an installer creates them: each package can import only its declared dependencies.
 */
export interface Layout {
  /**
   * Creates an empty project that has installed some packages.
   *
   * @param name name of the project's folder
   * @param dependencies names of the packages to install
   * @returns folder of the project
   */
  project(name: string, dependencies: readonly string[]): Promise<string>;
  /** Returns the package.json in the tarball of a package. */
  manifest(name: string): Manifest;
}

/**
 * Unpacks tarballs and links their dependencies, without a registry. Third-party packages are linked to the copies that
 * this repository has installed. Undeclared dependencies cannot be found, and optional peers are missing.
 *
 * @param packs tarballs to unpack
 * @param folder folder to unpack them into
 */
export async function layOut(packs: readonly Pack[], folder: string): Promise<Layout> {
  const folderOf = (name: string) => join(folder, 'store', name.replace('/', '+'), 'node_modules', name);
  const packed = new Map(packs.map((pack) => [pack.name, pack]));
  await Promise.all(packs.map((pack) => unpack(pack.tarball, folderOf(pack.name))));

  const linkInto = async (modules: string, name: string, from: string) => {
    const target = packed.has(name) ? folderOf(name) : await realpath(join(from, 'node_modules', name));
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(target, join(modules, name), 'junction');
  };
  for (const pack of packs) {
    const modules = join(folder, 'store', pack.name.replace('/', '+'), 'node_modules');
    for (const name of Object.keys(readManifest(folderOf(pack.name)).dependencies ?? {})) {
      await linkInto(modules, name, pack.folder);
    }
  }
  return {
    manifest: (name) => readManifest(folderOf(name)),
    project: async (name, dependencies) => {
      const project = join(folder, 'projects', name.replace('/', '+'));
      for (const dependency of dependencies) {
        await linkInto(join(project, 'node_modules'), dependency, root);
      }
      return project;
    },
  };
}

async function unpack(tarball: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}
