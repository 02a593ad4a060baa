import type { Node, Program } from 'oxc-parser';

/** The origin of an imported name: an export of another module, or another module as a whole. */
export interface Origin {
  readonly from: string;
  /** Name of the export in the other module; null if the origin is the whole module, as in `import * as`. */
  readonly name: string | null;
}

/** The names that a module imports and exports. */
export interface ModuleLinks {
  readonly imported: ReadonlyMap<string, Origin>;
  /** For each exported name, the local name or the export of another module that it refers to. */
  readonly exported: ReadonlyMap<string, string | Origin>;
  /** Modules that are exported with `export *`. */
  readonly stars: readonly string[];
}

/**
 * Reads the imports and exports of a module.
 *
 * @param declare called for each declaration with its statement, which includes the word `export`; returns the declared names
 */
export function linksOf(
  program: Program,
  declare: (declaration: Node, statement: Node) => readonly string[],
): ModuleLinks {
  const imported = new Map<string, Origin>();
  const exported = new Map<string, string | Origin>();
  const stars: string[] = [];
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      for (const specifier of statement.specifiers) {
        const name = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : null;
        imported.set(specifier.local.name, { from: statement.source.value, name });
      }
    } else if (statement.type === 'ExportAllDeclaration') {
      const from = statement.source.value;
      if (statement.exported) exported.set(nameOf(statement.exported), { from, name: null });
      else stars.push(from);
    } else if (statement.type === 'ExportNamedDeclaration') {
      if (statement.declaration) {
        for (const name of declare(statement.declaration, statement)) exported.set(name, name);
      }
      for (const { exported: as, local } of statement.specifiers) {
        const from = statement.source?.value;
        exported.set(nameOf(as), from === undefined ? nameOf(local) : { from, name: nameOf(local) });
      }
    } else {
      declare(statement, statement);
    }
  }
  return { imported, exported, stars };
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : '';
}
