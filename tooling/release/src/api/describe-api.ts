import { join } from 'node:path';
import { entryPoints, type Published } from '../published.ts';
import { type Declaration, type DeclarationFile, readDeclarationFile, siblingPath } from './declaration-file.ts';

/** The declaration, module or package that an exported name refers to. */
type Target =
  | { readonly kind: 'declared'; readonly file: DeclarationFile; readonly name: string }
  | { readonly kind: 'namespace'; readonly file: DeclarationFile }
  | { readonly kind: 'foreign'; readonly from: string; readonly name: string | null };

/**
 * Describes all exports of a package: each declaration as TypeScript emitted it, by name, without comments. Types that
 * are not exported follow if declarations of exports refer to them.
 *
 * @param published package to describe, already built
 * @returns text for its `api.md`
 */
export function describeApi({ name, folder, manifest }: Published): string {
  const read = cached(readDeclarationFile);
  const sections = entryPoints(manifest).map((entry) => {
    const target = manifest.exports?.[`.${entry.slice(name.length)}`];
    const types = typeof target === 'object' ? target.types : undefined;
    if (types === undefined) throw new Error(`${name}: the entry point ${entry} has no types in package.json.`);
    return `## ${entry}\n\n\`\`\`ts\n${describeEntry(read(join(folder, types)), read)}\n\`\`\`\n`;
  });
  return [
    `# What ${name} exports\n`,
    'Written by `npm run api`; changes here are changes for users.\n',
    ...sections,
  ].join('\n');
}

function describeEntry(entry: DeclarationFile, read: (path: string) => DeclarationFile): string {
  const lines: string[] = [];
  const shown = new Set<string>();
  const named: Target[] = [];

  const show = (target: Target, as: string, indent: string): void => {
    if (target.kind === 'foreign') {
      const { name, from } = target;
      const what = name === null ? `* as ${as}` : `{ ${name === as ? as : `${name} as ${as}`} }`;
      lines.push(`${indent}export ${what} from '${from}';`);
    } else if (target.kind === 'namespace') {
      lines.push(`${indent}namespace ${as} {`);
      showAll(target.file, `${indent}    `);
      lines.push(`${indent}}`);
    } else {
      const id = `${target.file.path} ${target.name}`;
      if (as !== target.name) lines.push(`${indent}// ${as} is:`);
      if (shown.has(id)) {
        lines.push(`${indent}// ${target.name}: above`);
        return;
      }
      shown.add(id);
      for (const { text, names } of declarations(target)) {
        lines.push(text.replace(/^/gm, indent));
        for (const name of names) {
          const other = localTarget(target.file, name, read);
          if (other) named.push(other);
        }
      }
    }
  };
  const showAll = (file: DeclarationFile, indent: string): void => {
    const { targets, foreignStars } = exportsOf(file, read);
    for (const from of foreignStars) lines.push(`${indent}export * from '${from}';`);
    for (const [name, target] of [...targets].sort(byName)) show(target, name, indent);
  };

  showAll(entry, '');
  const exportedCount = lines.length;
  for (let target = named.shift(); target; target = named.shift()) {
    if (target.kind !== 'declared' || shown.has(`${target.file.path} ${target.name}`)) continue;
    if (lines.length === exportedCount) lines.push('', '// Not exported, and named above:');
    show(target, target.name, '');
  }
  return lines.join('\n');
}

function declarations({ file, name }: Target & { kind: 'declared' }): readonly Declaration[] {
  const found = file.declared.get(name);
  if (!found) throw new Error(`${file.path} does not declare ${name}.`);
  return found;
}

/**
 * Returns everything that a module exports, including what `export *` re-exports from other modules of the package.
 */
function exportsOf(file: DeclarationFile, read: (path: string) => DeclarationFile) {
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

function exportedTarget(file: DeclarationFile, name: string, read: (path: string) => DeclarationFile): Target | null {
  const found = file.exported.get(name);
  if (typeof found === 'string') return localTarget(file, found, read);
  return found === undefined ? throughStars(file, name, read) : originTarget(file, found, read);
}

function throughStars(file: DeclarationFile, name: string, read: (path: string) => DeclarationFile): Target | null {
  return exportsOf(file, read).targets.get(name) ?? null;
}

/**
 * Returns the declaration or import that a name in a module refers to; null for a name from outside the module, such as
 * a global, and for a type parameter.
 */
function localTarget(file: DeclarationFile, name: string, read: (path: string) => DeclarationFile): Target | null {
  if (file.declared.has(name)) return { kind: 'declared', file, name };
  const origin = file.imported.get(name);
  return origin ? originTarget(file, origin, read) : null;
}

function originTarget(
  file: DeclarationFile,
  { from, name }: { from: string; name: string | null },
  read: (path: string) => DeclarationFile,
): Target | null {
  const path = siblingPath(file, from);
  if (path === null) return { kind: 'foreign', from, name };
  return name === null ? { kind: 'namespace', file: read(path) } : exportedTarget(read(path), name, read);
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function cached<T>(read: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const found = known.get(path) ?? read(path);
    known.set(path, found);
    return found;
  };
}
