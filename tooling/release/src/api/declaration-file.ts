import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Node, type Program, parseSync } from 'oxc-parser';

/** The origin of an imported name: an export of another module, or all of another module. */
export interface Origin {
  readonly from: string;
  /** Name of the export in the other module; null for the whole module as a namespace. */
  readonly name: string | null;
}

/** A declaration at the top of a module. */
export interface Declaration {
  /** Text of the declaration without comments, `export` and `declare`. */
  readonly text: string;
  /** Names of types and values that the declaration refers to. */
  readonly names: ReadonlySet<string>;
}

/** The parts of a `.d.ts` file that an API report needs. */
export interface DeclarationFile {
  readonly path: string;
  /** Declarations by local name; overloads and merged declarations have several entries. */
  readonly declared: ReadonlyMap<string, readonly Declaration[]>;
  readonly imported: ReadonlyMap<string, Origin>;
  /** For each exported name, the local name or the name in another module that it stands for. */
  readonly exported: ReadonlyMap<string, string | Origin>;
  /** Modules that are exported with `export *`. */
  readonly stars: readonly string[];
}

/** A name and its position in the text. */
interface Reference {
  readonly name: string;
  readonly at: number;
}

/** Reads a `.d.ts` file that TypeScript emitted. */
export function readDeclarationFile(path: string): DeclarationFile {
  // Restores the types of typed arrays in the source, which the build changes for older versions of TypeScript.
  const source = readFileSync(path, 'utf8').replace(/\bReturnType<(\w+Array)\['slice'\]>/g, '$1<ArrayBuffer>');
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const declared = new Map<string, Declaration[]>();
  const imported = new Map<string, Origin>();
  const exported = new Map<string, string | Origin>();
  const stars: string[] = [];
  const references = referencesIn(program);

  const declare = (node: Node, isExported: boolean) => {
    const text = textOf(source, comments, node);
    const inside = references.filter(({ at }) => at >= node.start && at < node.end);
    const names = new Set(inside.map(({ name }) => name));
    for (const name of boundNames(node)) {
      declared.set(name, [...(declared.get(name) ?? []), { text, names }]);
      if (isExported) exported.set(name, name);
    }
  };

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
      if (statement.declaration) declare(statement.declaration, true);
      for (const { exported: as, local } of statement.specifiers) {
        const from = statement.source?.value;
        exported.set(nameOf(as), from === undefined ? nameOf(local) : { from, name: nameOf(local) });
      }
    } else {
      declare(statement, false);
    }
  }
  return { path, declared, imported, exported, stars };
}

/** Returns the path of a module that a declaration file imports; null for a module of another package. */
export const siblingPath = (file: DeclarationFile, specifier: string): string | null =>
  specifier.startsWith('.') ? join(dirname(file.path), specifier.replace(/\.(?:ts|js)$/, '.d.ts')) : null;

function boundNames(node: Node): string[] {
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  }
  return 'id' in node && node.id?.type === 'Identifier' ? [node.id.name] : [];
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : '';
}

function textOf(source: string, comments: readonly { start: number; end: number }[], { start, end }: Node): string {
  let text = '';
  let from = start;
  for (const comment of comments) {
    if (comment.start < start || comment.end > end) continue;
    text += source.slice(from, comment.start);
    from = comment.end;
  }
  return (text + source.slice(from, end))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')
    .replace(/^declare /, '');
}

/** Returns the types, and the values in types, that a program refers to, with their positions. */
function referencesIn(program: Program): readonly Reference[] {
  const references: Reference[] = [];
  const note = (name: Node) => {
    if (name.type === 'Identifier') references.push({ name: name.name, at: name.start });
    if (name.type === 'TSQualifiedName') note(name.left);
  };
  for (const node of nodesIn(program)) {
    if (node.type === 'TSTypeReference') note(node.typeName);
    if (node.type === 'TSTypeQuery') note(node.exprName);
    if (node.type === 'TSInterfaceHeritage' || node.type === 'TSClassImplements') note(node.expression);
    if (node.type === 'ClassDeclaration' && node.superClass) note(node.superClass);
  }
  return references;
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(nodesIn);
  return isNode(value) ? [value, ...inside] : inside;
}

function isNode(value: object): value is Node {
  return 'type' in value && 'start' in value;
}
