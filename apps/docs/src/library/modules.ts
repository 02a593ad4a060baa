import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of all packages. */
const packages = fileURLToPath(new URL('../../../../packages', import.meta.url));

/** Entry points that programs do not import: internal ones, those for Node, and forms of packages for bundles of one file. */
const hidden = /\/(internal|whole|samples|rows|schedule-rows|limits|placement|program|reference|interpret|node)$/;

/** The commands run in Node only; the page has its own copy of the dataset. */
const excluded = new Set(['@manabi/cli', '@manabi/mnist', 'create-manabi']);

/** The fields of a package.json that this module reads. */
interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, { readonly '@manabi/source'?: string }>>;
}

/** Returns the source files of all modules that programs in pages can import, by specifier. */
export function importableModules(): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const folder of readdirSync(packages)) {
    const manifest: Manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
    if (manifest.private || excluded.has(manifest.name)) continue;
    for (const [subpath, { '@manabi/source': source }] of Object.entries(manifest.exports ?? {})) {
      const specifier = manifest.name + subpath.slice(1);
      if (source !== undefined && !hidden.test(subpath)) modules.set(specifier, join(packages, folder, source));
    }
  }
  return modules;
}
