import type { ImportSite } from './import-sites.ts';

/** The parts of a package.json that the check reads. */
export interface Manifest {
  readonly name: string;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** One source file and what it imports. */
export interface SourceFile {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly imports: readonly ImportSite[];
}

/** One package of the workspace, as the check sees it. */
export interface PackageInfo {
  /** Path from the repository's root: `packages/ir`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly files: readonly SourceFile[];
}

/** A rule that does not hold at a place. */
export interface Breach {
  /** `path` or `path:line`. */
  readonly where: string;
  readonly message: string;
}

/** Whether a file belongs to the tests: a test, or a program that a test starts. */
export const isTest = (path: string): boolean => /\.(test|child|fixture)\.ts$/.test(path);

/** `ir` for `@manabi/ir` and `@manabi/ir/sub`, `manabi` for the façade, undefined for packages of others. */
export function shortName(specifier: string): string | undefined {
  if (specifier === 'manabi' || specifier.startsWith('manabi/')) return 'manabi';
  return specifier.startsWith('@manabi/') ? specifier.split('/')[1] : undefined;
}

/** Package name and sub-path of a bare specifier: `@a/b/c/d` gives `['@a/b', './c/d']`. */
export function splitSpecifier(specifier: string): [name: string, subPath: string] {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return [name, `.${specifier.slice(name.length)}`];
}
