import { parse } from 'acorn';
import type { LibraryFile } from './bundle.ts';

/** Where a program finds an export: the index of the file in `files` of the table, and its name there. */
export type ExportSite = readonly [file: number, name: string];

/** The exports of all modules that programs import, with the files of the library that contain them. */
export interface ExportTable {
  readonly files: readonly string[];
  /** For each specifier and name, where the export is. */
  readonly exports: Readonly<Record<string, Readonly<Record<string, ExportSite>>>>;
  /** For each specifier, its exports that are namespaces, with the specifier of the module whose exports they have. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A module that programs import. */
export interface ImportableModule {
  /** Its file in the library. */
  readonly file: string;
  /** Path of its source. */
  readonly source: string;
}

/**
 * Reads which file contains each export of a module. A program that imports from there loads only what it uses.
 *
 * @param files the library
 * @param modules the modules by specifier
 * @param textOf returns the text of a source file
 */
export function exportTable(
  files: readonly LibraryFile[],
  modules: ReadonlyMap<string, ImportableModule>,
  textOf: (source: string) => string,
): ExportTable {
  const names: string[] = [];
  const indexOf = (file: string) => {
    if (!names.includes(file)) names.push(file);
    return names.indexOf(file);
  };
  const codes = new Map(files.map(({ path, code }) => [path, code]));
  const exports: Record<string, Readonly<Record<string, ExportSite>>> = {};
  for (const [specifier, { file }] of modules) {
    exports[specifier] = Object.fromEntries(
      Array.from(exportsOf(codes.get(file) ?? '', file), ([name, [from, alias]]): [string, ExportSite] => [
        name,
        [indexOf(from), alias],
      ]),
    );
  }
  const bySource = new Map(Array.from(modules, ([specifier, { source }]) => [source, specifier]));
  const namespaces: Record<string, Record<string, string>> = {};

  /** Returns the specifier of what a source file imports. A file that only re-exports other modules gets a specifier of its own. */
  function moduleOf(from: string, source: string): string | undefined {
    if (!from.startsWith('.')) return modules.has(from) ? from : undefined;
    const path = new URL(from, `file://${source}`).pathname;
    const known = bySource.get(path);
    if (known !== undefined) return known;
    const parts = reExports(textOf(path));
    if (parts === null || parts.some((part) => !modules.has(part))) return undefined;
    const own = `#${parts.join(' ')}`;
    exports[own] = Object.assign({}, ...parts.map((part) => exports[part]));
    namespaces[own] = {};
    return own;
  }

  function namespacesOf(specifier: string): Record<string, string> {
    const source = modules.get(specifier)?.source;
    if (source === undefined) return {};
    const found: Record<string, string> = {};
    for (const [, name, from] of textOf(source).matchAll(/^export \*(?: as (\w+))? from '([^']+)';$/gm)) {
      const other = moduleOf(from, source);
      if (other === undefined) continue;
      // A module's own exports have precedence.
      if (name === undefined) Object.assign(found, { ...namespacesOf(other), ...found });
      else if (Object.hasOwn(exports[specifier], name)) found[name] = other;
    }
    return found;
  }

  for (const specifier of modules.keys()) namespaces[specifier] = namespacesOf(specifier);
  return { files: names, exports, namespaces };
}

/** Returns the modules that a source file re-exports; null if it contains anything else. */
function reExports(text: string): readonly string[] | null {
  const lines = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const found = lines.map((line) => /^export \* from '([^']+)';$/.exec(line)?.[1]);
  return found.every((one) => one !== undefined) ? found : null;
}

/** Returns for each export of a file the file that contains it, and its name there. */
function exportsOf(code: string, file: string): ReadonlyMap<string, readonly [file: string, name: string]> {
  const imported = new Map<string, readonly [string, string]>();
  const found = new Map<string, readonly [string, string]>();
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  const pathOf = (source: unknown) => new URL(String(source), `file:///${folder}`).pathname.slice(1);
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  for (const node of body) {
    if (node.type !== 'ImportDeclaration') continue;
    for (const each of node.specifiers) {
      if (each.type === 'ImportSpecifier' && each.imported.type === 'Identifier') {
        imported.set(each.local.name, [pathOf(node.source.value), each.imported.name]);
      }
    }
  }
  for (const node of body) {
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const { local, exported } of node.specifiers) {
      if (local.type !== 'Identifier' || exported.type !== 'Identifier') continue;
      const from = node.source ? ([pathOf(node.source.value), local.name] as const) : imported.get(local.name);
      found.set(exported.name, from ?? [file, exported.name]);
    }
  }
  return found;
}
