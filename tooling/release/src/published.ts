import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The fields of a package.json that releases and their checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly repository?: string | { readonly url: string };
  readonly private?: boolean;
  readonly sideEffects?: boolean | readonly string[];
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A published package. */
export interface Published {
  readonly name: string;
  /** Absolute path of the package's folder. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Reads the package.json of a folder. */
export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Returns every package under `packages/` that is not private, sorted by name. */
export const publishedPackages = (): readonly Published[] =>
  readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(root, 'packages', name))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Whether an entry point needs Node, as `@manabi/serve/node` does: it cannot be part of a page. */
export const needsNode = (entry: string): boolean => entry.endsWith('/node');

/** Returns the specifiers that users may import: `@manabi/ir`, `@manabi/ir/reference`. Patterns, such as `./data/*`, are omitted. */
export const entryPoints = ({ name, exports = {} }: Pick<Manifest, 'name' | 'exports'>): readonly string[] =>
  Object.entries(exports).flatMap(([path, target]) =>
    path.includes('*') || typeof target === 'string' ? [] : [name + path.slice(1)],
  );
