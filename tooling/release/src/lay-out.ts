import { execFile } from 'node:child_process';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Pack } from './pack.ts';
import { type Manifest, readManifest, root } from './published.ts';

const run = promisify(execFile);

/** Packages as an installer puts them on disk: each with what its own package.json asks for, and nothing else in reach. */
export interface Layout {
  /**
   * Makes an empty project that has installed some packages.
   *
   * @param name of the project's folder
   * @param dependencies what it installs, by name
   * @returns the project's folder
   */
  project(name: string, dependencies: readonly string[]): Promise<string>;
  /** The package.json as packed. */
  manifest(name: string): Manifest;
}

/**
 * Unpacks tarballs and links their dependencies, without a registry: ours to each other, those of others to the copies
 * that this repository has installed. What is not declared cannot be found; optional peers are absent.
 *
 * @param packs the tarballs
 * @param folder where to put them
 */
export async function layOut(packs: readonly Pack[], folder: string): Promise<Layout> {
  const place = (name: string) => join(folder, 'store', name.replace('/', '+'), 'node_modules', name);
  const ours = new Map(packs.map((pack) => [pack.name, pack]));
  await Promise.all(packs.map((pack) => unpack(pack.tarball, place(pack.name))));

  const linkInto = async (modules: string, name: string, from: string) => {
    const target = ours.has(name) ? place(name) : await realpath(join(from, 'node_modules', name));
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(target, join(modules, name), 'junction');
  };
  for (const pack of packs) {
    const modules = join(folder, 'store', pack.name.replace('/', '+'), 'node_modules');
    for (const name of Object.keys(readManifest(place(pack.name)).dependencies ?? {})) {
      await linkInto(modules, name, pack.folder);
    }
  }
  return {
    manifest: (name) => readManifest(place(name)),
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
