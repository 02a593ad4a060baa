import { dirname, join } from 'node:path/posix';
import type { ImportSite } from './import-sites.ts';

/** Fields of a package.json that the check of imports reads. */
export interface Manifest {
  readonly name: string;
  readonly exports?: unknown;
  /** Modules that the package loads by conditions, such as `#console`: one file in Node, another one in pages. */
  readonly imports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A source file and its imports. */
export interface SourceFile {
  /** Path of the file from the repository's root, with forward slashes. */
  readonly path: string;
  readonly imports: readonly ImportSite[];
}

/** A package of the workspace. */
export interface PackageInfo {
  /** Folder of the package as a path from the repository's root: `packages/ir`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly files: readonly SourceFile[];
}

/** An import or a dependency that is not allowed. */
export interface Problem {
  /** Position of the import or dependency: `path` or `path:line`. */
  readonly where: string;
  readonly message: string;
}

/** Returns whether a file belongs to the tests: a test, a fixture, or a program that a test starts. */
export const isTest = (path: string): boolean => /\.(test|child|fixture)\.ts$/.test(path);

/** Returns `ir` for `@manabi/ir` and `@manabi/ir/sub`, `manabi` for the façade, undefined for third-party packages. */
export function shortName(specifier: string): string | undefined {
  const [first] = specifier.split('/');
  if (first === 'manabi' || first === 'create-manabi') return first;
  return specifier.startsWith('@manabi/') ? specifier.split('/')[1] : undefined;
}

/** Splits a bare specifier into a package and a sub-path: `@a/b/c/d` into `['@a/b', './c/d']`. */
export function splitSpecifier(specifier: string): [name: string, subPath: string] {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return [name, `.${specifier.slice(name.length)}`];
}

/**
 * Returns the paths of the files that a specifier such as `./graph.ts` or `#console` may load in its package, from the
 * repository's root; an empty list for specifiers of other packages.
 */
export function filesWithin({ folder, manifest }: PackageInfo, path: string, specifier: string): readonly string[] {
  if (specifier.startsWith('.')) return [join(dirname(path), specifier)];
  if (!specifier.startsWith('#')) return [];
  return textsIn(manifest.imports?.[specifier])
    .filter((target) => target.startsWith('./src/'))
    .map((target) => join(folder, target));
}

function textsIn(targets: unknown): readonly string[] {
  if (typeof targets === 'string') return [targets];
  return typeof targets === 'object' && targets !== null ? Object.values(targets).flatMap(textsIn) : [];
}
