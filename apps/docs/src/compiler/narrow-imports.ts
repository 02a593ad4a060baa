import type { ImportDeclaration, Program } from 'acorn';
import type { ExportTable } from '../library/export-table.ts';
import { usedMembers } from './used-members.ts';

/** An import declaration and the text that replaces it, in one line. */
export interface NarrowImport {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An import of a name that the module does not have. */
export interface MissingExport {
  readonly start: number;
  readonly message: string;
}

/**
 * Replaces imports from modules of the library by imports from the files that contain what the program uses. A namespace of which
 * the program uses only members, such as `layers.dense`, becomes an object of these.
 *
 * @param urlOf returns the URL of a file of the library
 * @returns the replacements; imports that cannot be narrowed are left out
 */
export function narrowImports(
  program: Program,
  { files, exports, namespaces }: ExportTable,
  urlOf: (file: string) => string,
): { readonly replacements: readonly NarrowImport[]; readonly missing: readonly MissingExport[] } {
  const replacements: NarrowImport[] = [];
  const missing: MissingExport[] = [];
  const body = program.body.filter(({ type }) => type !== 'ImportDeclaration');
  const firstStatement = Math.min(...body.map(({ start }) => start));
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration' || !isNamed(node)) continue;
    const specifier = String(node.source.value);
    if (!Object.hasOwn(exports, specifier)) continue;
    const imports = new Map<string, string[]>();
    const objects: string[] = [];
    const addImport = (module: string, name: string, local: string) => {
      const [file, alias] = exports[module][name];
      const url = urlOf(files[file]);
      imports.set(url, [...(imports.get(url) ?? []), `${alias} as ${local}`]);
    };
    for (const each of node.specifiers) {
      if (each.type !== 'ImportSpecifier' || each.imported.type !== 'Identifier') continue;
      const { name } = each.imported;
      const local = each.local.name;
      if (!Object.hasOwn(exports[specifier], name)) {
        missing.push({ start: each.start, message: `The module '${specifier}' has no export '${name}'.` });
        continue;
      }
      const space = Object.hasOwn(namespaces[specifier], name) ? namespaces[specifier][name] : undefined;
      // An object is defined where the import stands, so no statement may come before it.
      const members = space === undefined || node.start > firstStatement ? null : usedMembers(body, local);
      if (space === undefined || members === null || [...members].some((one) => !Object.hasOwn(exports[space], one))) {
        addImport(specifier, name, local);
        continue;
      }
      const fields = [...members].map((member) => {
        addImport(space, member, `${local}$${member}`);
        return `${member}: ${local}$${member}`;
      });
      objects.push(`const ${local} = { ${fields.join(', ')} };`);
    }
    const lines = Array.from(imports, ([url, names]) => `import { ${names.join(', ')} } from ${JSON.stringify(url)};`);
    replacements.push({ start: node.start, end: node.end, text: [...lines, ...objects].join(' ') });
  }
  return { replacements, missing };
}

/** Whether an import consists of names in braces. */
function isNamed({ specifiers }: ImportDeclaration): boolean {
  return specifiers.length > 0 && specifiers.every(({ type }) => type === 'ImportSpecifier');
}
