import { type DeclarationFile, siblingPath } from './declaration-file.ts';

/** The declaration, module or package that an exported name refers to. */
export type Target =
  | { readonly kind: 'declared'; readonly file: DeclarationFile; readonly name: string }
  | { readonly kind: 'namespace'; readonly file: DeclarationFile }
  | { readonly kind: 'foreign'; readonly from: string; readonly name: string | null };

/** Reads a declaration file by its path. */
export type ReadDeclarations = (path: string) => DeclarationFile;

/**
 * Returns everything that a module exports, including what `export *` re-exports from other modules of the package.
 */
export function exportsOf(file: DeclarationFile, read: ReadDeclarations) {
  const targets = new Map<string, Target>();
  const foreignStars: string[] = [];
  for (const star of file.stars) {
    const path = siblingPath(file, star);
    if (path === null) {
      foreignStars.push(star);
      continue;
    }
    const inner = exportsOf(read(path), read);
    foreignStars.push(...inner.foreignStars);
    for (const [name, target] of inner.targets) if (name !== 'default') targets.set(name, target);
  }
  for (const name of file.exported.keys()) {
    const target = exportedTarget(file, name, read);
    if (target) targets.set(name, target);
  }
  return { targets, foreignStars: foreignStars.sort() };
}

function exportedTarget(file: DeclarationFile, name: string, read: ReadDeclarations): Target | null {
  const found = file.exported.get(name);
  if (typeof found === 'string') return localTarget(file, found, read);
  return found === undefined ? throughStars(file, name, read) : originTarget(file, found, read);
}

function throughStars(file: DeclarationFile, name: string, read: ReadDeclarations): Target | null {
  return exportsOf(file, read).targets.get(name) ?? null;
}

/**
 * Returns the declaration or import that a name in a module refers to; null for a name from outside the module, such as
 * a global, and for a type parameter.
 */
export function localTarget(file: DeclarationFile, name: string, read: ReadDeclarations): Target | null {
  if (file.declared.has(name)) return { kind: 'declared', file, name };
  const origin = file.imported.get(name);
  return origin ? originTarget(file, origin, read) : null;
}

/** Returns what a name that a file imports refers to; null if the other module does not export it. */
export function originTarget(
  file: DeclarationFile,
  { from, name }: { from: string; name: string | null },
  read: ReadDeclarations,
): Target | null {
  const path = siblingPath(file, from);
  if (path === null) return { kind: 'foreign', from, name };
  return name === null ? { kind: 'namespace', file: read(path) } : exportedTarget(read(path), name, read);
}

/** Returns a function that reads each file only once. */
export function cached<T>(read: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const found = known.get(path) ?? read(path);
    known.set(path, found);
    return found;
  };
}
