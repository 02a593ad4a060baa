import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Node, parseSync } from 'oxc-parser';
import { linksOf, type ModuleLinks, type Origin } from '../module-links.ts';
import { type Structure, structureOf } from './structure.ts';

/** A declaration at the top level of a `.d.ts` file. */
export interface Declaration {
  /** Text of the declaration without comments, `export` and `declare`. */
  readonly text: string;
  /** Names of types and values that the declaration refers to. */
  readonly names: ReadonlySet<string>;
  /** Text of the docstring, with the asterisks before its lines; null if the declaration has no docstring. */
  readonly doc: string | null;
  /** The parameters, members and types of the declaration; null for declarations that reports do not describe. */
  readonly structure: Structure | null;
}

/** The contents of a `.d.ts` file that API reports and the API reference need. */
export interface DeclarationFile extends ModuleLinks {
  readonly path: string;
  /** Declarations by local name. A name with overloads or merged declarations has several entries. */
  readonly declared: ReadonlyMap<string, readonly Declaration[]>;
  /** The origins of types that the file names as `import('…').Name`, by name. */
  readonly inlineImports: ReadonlyMap<string, Origin>;
  /** Docstring of the module; null if it has none. */
  readonly doc: string | null;
}

/** A name that a program refers to, and its position in the text of the program. */
interface Reference {
  readonly name: string;
  readonly at: number;
}

/** Parses a `.d.ts` file that TypeScript emitted, and returns its declarations and its links to other modules. */
export function readDeclarationFile(path: string): DeclarationFile {
  // Restores the types of typed arrays as written in the source. The build changes them for older versions of
  // TypeScript.
  const source = readFileSync(path, 'utf8').replace(/\bReturnType<(\w+Array)\['slice'\]>/g, '$1<ArrayBuffer>');
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const declared = new Map<string, Declaration[]>();
  const nodes = nodesIn(program);
  const references = referencesIn(nodes);
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));
  const docOf = ({ start }: Node): string | null => {
    const doc = docs.findLast(({ end }) => end <= start);
    return doc && source.slice(doc.end, start).trim() === '' ? doc.value : null;
  };

  const declare = (node: Node, statement: Node): readonly string[] => {
    const text = textOf(source, comments, node);
    const inside = references.filter(({ at }) => at >= node.start && at < node.end);
    const names = new Set(inside.map(({ name }) => name));
    const bound = boundNames(node);
    const doc = docOf(statement);
    const structure = structureOf(node, { docOf, textOf: (part) => textOf(source, comments, part) });
    for (const name of bound) declared.set(name, [...(declared.get(name) ?? []), { text, names, doc, structure }]);
    return bound;
  };

  const links = linksOf(program, declare);
  const moduleDoc = docs.find(({ value }) => value.includes('@packageDocumentation'))?.value ?? null;
  return { path, declared, inlineImports: inlineImportsIn(nodes), doc: moduleDoc, ...links };
}

function inlineImportsIn(nodes: readonly Node[]): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const node of nodes) {
    if (node.type !== 'TSImportType' || node.qualifier?.type !== 'Identifier') continue;
    origins.set(node.qualifier.name, { from: node.source.value, name: node.qualifier.name });
  }
  return origins;
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

/** Positions of the first character of a piece of text, and of the one after it. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function textOf(source: string, comments: readonly Range[], { start, end }: Range): string {
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

/**
 * Returns the names of types (and of values that types mention, as in `typeof x`) that a program refers to, with their
 * positions.
 */
function referencesIn(nodes: readonly Node[]): readonly Reference[] {
  const references: Reference[] = [];
  const note = (name: Node) => {
    if (name.type === 'Identifier') references.push({ name: name.name, at: name.start });
    if (name.type === 'TSQualifiedName') note(name.left);
  };
  for (const node of nodes) {
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
