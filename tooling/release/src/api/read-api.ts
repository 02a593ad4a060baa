import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { entryPoints, type Manifest, type Published, root } from '../published.ts';
import { type DeclarationFile, readDeclarationFile } from './declaration-file.ts';
import { type Docstring, noDocstring, parseDocstring } from './docstring.ts';
import type { Structure } from './structure.ts';
import { cached, exportsOf, localTarget, originTarget, type Target } from './targets.ts';

/** One declaration of a symbol: functions with overloads, and merged interfaces, have several. */
export interface ApiDeclaration {
  /** Text without comments, `export` and `declare`. */
  readonly text: string;
  readonly doc: Docstring;
  readonly structure: Structure;
}

/** A function, class, constant or type of a package, exported or named by something exported. */
export interface ApiSymbol {
  /** Path of the declaration file and name, which together are unique. */
  readonly id: string;
  readonly name: string;
  /** Name of the package that declares it. */
  readonly package: string;
  /** Path of the source file from the root of the repository, and the line of the declaration. */
  readonly source: { readonly path: string; readonly line: number };
  readonly declarations: readonly ApiDeclaration[];
  /** Identifiers of the symbols that the declarations refer to, by the names that they use. */
  readonly references: ReadonlyMap<string, string>;
}

/** A name under which an entry point exports a symbol. */
export interface ApiExport {
  readonly name: string;
  /** Namespace of the entry point that contains the name (`layers` of `layers.dense`); null for names at the top. */
  readonly namespace: string | null;
  /** Identifier of the symbol. */
  readonly symbol: string;
}

/** An entry point of a package. */
export interface ApiEntry {
  readonly specifier: string;
  /** Docstring of the module. */
  readonly doc: Docstring;
  readonly exports: readonly ApiExport[];
}

/** A published package. */
export interface ApiPackage {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Address of the repository; null if package.json has none. */
  readonly repository: string | null;
  readonly entries: readonly ApiEntry[];
}

/** Everything that the published packages export: plain data for pages and checks. */
export interface Api {
  readonly packages: readonly ApiPackage[];
  readonly symbols: ReadonlyMap<string, ApiSymbol>;
}

type Declared = Target & { readonly kind: 'declared' };
type Namespace = Target & { readonly kind: 'namespace' };

/** Reads the declarations of packages, which must be built, with their docstrings. */
export function readApi(packages: readonly Published[]): Api {
  const read = cached(readDeclarationFile);
  const sourceOf = cached((path: string) => readFileSync(path, 'utf8'));
  const symbols = new Map<string, ApiSymbol>();

  /** Follows a name to the package that declares it; null if that is a package of others. */
  const settle = (target: Target): Declared | Namespace | null => {
    if (target.kind !== 'foreign') return target;
    const path = typesPath(packages, target.from);
    if (path === null) return null;
    return target.name === null
      ? { kind: 'namespace', file: read(path) }
      : (exported(read(path)).get(target.name) ?? null);
  };

  /** Returns everything that a module exports, including what it re-exports from other packages. */
  const exported = cachedByFile((file): ReadonlyMap<string, Declared | Namespace> => {
    const all = new Map<string, Declared | Namespace>();
    const { targets, foreignStars } = exportsOf(file, read);
    for (const star of foreignStars) {
      const path = typesPath(packages, star);
      if (path !== null) for (const [name, target] of exported(read(path))) all.set(name, target);
    }
    for (const [name, target] of targets) {
      const settled = settle(target);
      if (settled) all.set(name, settled);
    }
    return all;
  });

  /** Adds a symbol, and those that it refers to. */
  const add = ({ file, name }: Declared): string => {
    const id = `${relative(root, file.path)}#${name}`;
    if (symbols.has(id)) return id;
    const declarations = (file.declared.get(name) ?? []).flatMap(({ text, doc, structure }) =>
      structure ? [{ text, doc: doc === null ? noDocstring : parseDocstring(doc), structure }] : [],
    );
    const references = new Map<string, string>();
    const owner = packages.find(({ folder }) => file.path.startsWith(`${folder}/`));
    const path = file.path.replace('/dist/', '/src/').replace(/\.d\.ts$/, '.ts');
    symbols.set(id, {
      ...{ id, name, declarations, references, package: owner?.name ?? '' },
      source: { path: relative(root, path), line: lineOf(name, sourceOf(path)) },
    });
    const names = (file.declared.get(name) ?? []).flatMap((declaration) => [...declaration.names]);
    const inline = [...file.inlineImports].flatMap(([other, origin]) =>
      declarations.some(({ text }) => text.includes(`).${other}`))
        ? [[other, originTarget(file, origin, read)] as const]
        : [],
    );
    for (const [other, target] of [...inline, ...names.map((each) => [each, localTarget(file, each, read)] as const)]) {
      const settled = target && settle(target);
      if (settled?.kind === 'declared') references.set(other, add(settled));
    }
    return id;
  };

  const entryOf = (specifier: string): ApiEntry => {
    const path = typesPath(packages, specifier);
    if (path === null) throw new Error(`The entry point ${specifier} has no types in package.json.`);
    const file = read(path);
    const exports = [...exported(file)].flatMap(([name, target]): ApiExport[] =>
      target.kind === 'declared'
        ? [{ name, namespace: null, symbol: add(target) }]
        : [...exported(target.file)].flatMap(([inner, member]) =>
            member.kind === 'declared' ? [{ name: inner, namespace: name, symbol: add(member) }] : [],
          ),
    );
    return { specifier, doc: file.doc === null ? noDocstring : parseDocstring(file.doc), exports };
  };

  return {
    packages: packages.map(({ name, manifest }) => ({
      name,
      version: manifest.version,
      description: manifest.description ?? '',
      repository: repositoryOf(manifest),
      entries: entryPoints(manifest).map(entryOf),
    })),
    symbols,
  };
}

function typesPath(packages: readonly Published[], specifier: string): string | null {
  const owner = packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  const target = owner?.manifest.exports?.[`.${specifier.slice(owner.name.length)}`];
  return owner && typeof target === 'object' && target.types !== undefined ? join(owner.folder, target.types) : null;
}

function repositoryOf({ repository }: Manifest): string | null {
  const address = typeof repository === 'object' ? repository.url : repository;
  return address?.replace(/^git\+/, '').replace(/\.git$/, '') ?? null;
}

/** Returns the line of a source file that declares a name; 1 if none does. */
function lineOf(name: string, source: string): number {
  const escaped = name.replace(/\$/g, '\\$');
  const words = '(?:async )?(?:function\\*?|(?:abstract )?class|interface|type|const|let|namespace)';
  const at = source.search(new RegExp(`^(?:export )?(?:declare )?${words} ${escaped}\\b`, 'm'));
  return at < 0 ? 1 : source.slice(0, at).split('\n').length;
}

function cachedByFile<T>(compute: (file: DeclarationFile) => T): (file: DeclarationFile) => T {
  const known = new Map<string, T>();
  return (file) => {
    const found = known.get(file.path) ?? compute(file);
    known.set(file.path, found);
    return found;
  };
}
