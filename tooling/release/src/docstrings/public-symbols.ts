import { join } from 'node:path';
import { entryPoints, type Published } from '../published.ts';
import { type DeclarationKind, readSourceFile, type SourceFile, siblingPath } from './source-file.ts';

/** A name that a package exports. */
export interface PublicSymbol {
  readonly name: string;
  /** Entry point that exports the name: `@manabi/core`, `@manabi/ir/reference`. */
  readonly entry: string;
  readonly kind: DeclarationKind | 'namespace';
  /** Docstring of the symbol; null if it has none. */
  readonly doc: string | null;
  /** Path of the file that declares the symbol. */
  readonly path: string;
  readonly line: number;
  /** Text of the type that a function returns; null for other symbols. */
  readonly result: string | null;
}

/** A reader of the exports of packages, which parses the packages' sources. */
export interface SymbolReader {
  /** Returns all exports of a package, by entry point, including re-exports from other packages. */
  readonly ofPackage: (published: Published) => readonly PublicSymbol[];
}

/**
 * Creates a reader of public symbols that reads each source file once.
 *
 * @param packages all packages, since one may re-export symbols of another
 */
export function symbolReader(packages: readonly Published[]): SymbolReader {
  const files = new Map<string, SourceFile>();
  const read = (path: string): SourceFile => {
    const file = files.get(path) ?? readSourceFile(path);
    files.set(path, file);
    return file;
  };

  /**
   * Returns the file that an import refers to: a file of the same package, or the entry point of another package; null
   * for third-party packages.
   */
  const open = (file: SourceFile, from: string): SourceFile | null => {
    const path = siblingPath(file, from) ?? entryPath(packages, from);
    return path === null ? null : read(path);
  };

  const find = (file: SourceFile, name: string): Omit<PublicSymbol, 'name' | 'entry'> | null => {
    const found = file.exported.get(name);
    if (found === undefined) {
      for (const star of file.stars) {
        const inner = open(file, star);
        const symbol = inner && find(inner, name);
        if (symbol) return symbol;
      }
      return null;
    }
    const declaration = typeof found === 'string' ? file.declared.get(found) : undefined;
    if (declaration) return { ...declaration, path: file.path };
    const origin = typeof found === 'string' ? file.imported.get(found) : found;
    const inner = origin && open(file, origin.from);
    if (!origin || !inner) return null;
    return origin.name === null
      ? { kind: 'namespace', doc: '', path: inner.path, line: 1, result: null }
      : find(inner, origin.name);
  };

  const namesOf = (file: SourceFile): readonly string[] => [
    ...file.exported.keys(),
    ...file.stars.flatMap((star) => {
      const inner = open(file, star);
      return inner === null ? [] : namesOf(inner);
    }),
  ];

  return {
    ofPackage: (published) =>
      entryPoints(published.manifest).flatMap((entry) => {
        const path = entryPath(packages, entry);
        if (path === null) return [];
        const file = read(path);
        return [...new Set(namesOf(file))].flatMap((name) => {
          const symbol = find(file, name);
          return symbol === null ? [] : [{ ...symbol, name, entry }];
        });
      }),
  };
}

/** Returns the path of the source file of an entry point; null for packages of others. */
export function entryPath(packages: readonly Published[], entry: string): string | null {
  const owner = packages.find(({ name }) => entry === name || entry.startsWith(`${name}/`));
  const target = owner?.manifest.exports?.[`.${entry.slice(owner.name.length)}`];
  const source = typeof target === 'object' ? target['@manabi/source'] : undefined;
  return owner === undefined || source === undefined ? null : join(owner.folder, source);
}
