import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Node, parseSync } from 'oxc-parser';
import { linksOf, type ModuleLinks } from '../module-links.ts';

/**
 * Kind of a declaration. `callable` includes functions, classes, and constants that are initialized with a function or
 * a call.
 */
export type DeclarationKind = 'callable' | 'constant' | 'type';

/** A declaration at the top level of a module. */
export interface Declaration {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** Text of the docstring, without the comment marks; null if there is no docstring. */
  readonly doc: string | null;
  readonly line: number;
  /** Text of the type that a function returns; null for other declarations, and for functions without such a type. */
  readonly result: string | null;
}

/** A docstring that documents a declaration or the whole module. */
export interface DocComment {
  readonly text: string;
  /** Line where the docstring starts; the first line is 1. */
  readonly line: number;
  /** The name of the function, class or method that follows the docstring: `dense`, `fit`. */
  readonly subject: string;
}

/** Declarations, exports and docstrings of one TypeScript module. */
export interface SourceFile extends ModuleLinks {
  readonly path: string;
  readonly declared: ReadonlyMap<string, Declaration>;
  readonly docs: readonly DocComment[];
}

/**
 * Reads and parses a TypeScript module.
 *
 * @throws Error for a module with a syntax error
 */
export function readSourceFile(path: string): SourceFile {
  const source = readFileSync(path, 'utf8');
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const lineOf = (offset: number) => source.slice(0, offset).split('\n').length;
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));

  /**
   * Returns the docstring before a statement. Only white space and annotations may be between the docstring and the
   * statement.
   */
  const docOf = ({ start }: Node): string | null => {
    const doc = docs.findLast(({ end }) => end <= start);
    const between = doc && source.slice(doc.end, start).replace(/\/\*.*?\*\//gs, '');
    return doc && between?.trim() === '' ? doc.value : null;
  };

  const declared = new Map<string, Declaration>();
  const declare = (node: Node, statement: Node): readonly string[] =>
    namesIn(node).map(({ name, kind }) => {
      const earlier = declared.get(name);
      const doc = earlier?.doc ?? docOf(statement);
      const strongest = earlier?.kind === 'callable' || kind === 'callable' ? 'callable' : kind;
      const line = earlier?.line ?? lineOf(node.start);
      const returned = 'returnType' in node ? node.returnType?.typeAnnotation : undefined;
      const result = returned ? source.slice(returned.start, returned.end) : (earlier?.result ?? null);
      declared.set(name, { name, kind: strongest, doc, line, result });
      return name;
    });
  return {
    ...{ path, declared, ...linksOf(program, declare) },
    docs: docs.map(({ value, start, end }) => ({
      text: value,
      line: lineOf(start),
      subject: subjectOf(source.slice(end, end + 300)),
    })),
  };
}

/**
 * Returns the path of the module that `file` imports by a relative specifier; null if the specifier names a package.
 */
export const siblingPath = (file: SourceFile, specifier: string): string | null =>
  specifier.startsWith('.') ? join(dirname(file.path), specifier) : null;

function namesIn(node: Node): { name: string; kind: DeclarationKind }[] {
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id, init }) =>
      id.type === 'Identifier' ? [{ name: id.name, kind: isMade(init) ? 'callable' : 'constant' }] : [],
    );
  }
  if (!('id' in node) || node.id?.type !== 'Identifier') return [];
  const isType = node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration';
  return [{ name: node.id.name, kind: isType ? 'type' : 'callable' }];
}

/** Returns whether a constant is initialized with a function or a call: `const dense = defineLayer(…)`. */
const isMade = (init: Node | null): boolean =>
  init !== null && ['ArrowFunctionExpression', 'FunctionExpression', 'CallExpression'].includes(init.type);

/** Returns the name that the code after a docstring declares. */
function subjectOf(text: string): string {
  const plain = text.replace(/\/\*.*?\*\//gs, '').trimStart();
  const words =
    /^(?:(?:export|default|declare|abstract|async|static|override|readonly|private|protected|function\*?|const|class|interface|type|get|set|namespace)\s+|\*\s*as\s+)*([\w$]+|\{)/.exec(
      plain,
    );
  return words?.[1] ?? 'module';
}
