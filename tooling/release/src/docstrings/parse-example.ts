import { type Comment, type Node, parseSync } from 'oxc-parser';

/** The expected result of a line of an example, from its comment. */
export interface Claim {
  /** Line of the claim in the source file; the first line is 1. */
  readonly line: number;
  /**
   * What the comment states: `printed` is what `console.log` prints (`console.log(1 + 1); // 2`), `value` the value of an
   * expression or constant (`sum(x); // => 3`), and `error` the code of the error that is thrown (`// throws 'shape'`).
   */
  readonly kind: 'printed' | 'value' | 'error';
  readonly expected: string;
}

/** A statement at the top level of an example. */
export interface Statement {
  readonly node: Node;
  readonly text: string;
  /** The expected result in the comment after the statement; null if no result follows. */
  readonly claim: Claim | null;
  /** Position after that comment, or after the statement if no result follows. */
  readonly end: number;
}

/** An example that was parsed. */
export interface ParsedExample {
  readonly statements: readonly Statement[];
  /** Names that the example uses and does not declare or import. */
  readonly freeNames: readonly string[];
  /** Reason why the example cannot be checked: a syntax error, or a comment whose statement has no value; null if none. */
  readonly problem: string | null;
}

/**
 * Parses the code of an example.
 *
 * @param line line of the source file where the code starts
 */
export function parseExample(code: string, line: number): ParsedExample {
  const { program, comments, errors } = parseSync('example.ts', code, { sourceType: 'module' });
  if (errors.length > 0) return { statements: [], freeNames: [], problem: errors[0].message };
  const { used, declared } = namesIn(program);
  const statements = program.body.map((node): Statement => {
    const text = code.slice(node.start, node.end);
    const rest = code.slice(node.end).split('\n', 1)[0];
    const comment = comments.find(
      ({ type, start }) => type === 'Line' && start >= node.end && start <= node.end + rest.length,
    );
    const at = line + code.slice(0, node.end).split('\n').length - 1;
    const claim = comment ? claimOf(node, comment, at) : null;
    return { node, text, claim, end: claim && comment ? comment.end : node.end };
  });
  const isChecked = ({ start, end }: Comment) =>
    statements.some(({ node, claim, end: last }) => claim !== null && start >= node.end && end <= last);
  const isUnchecked = (comment: Comment) => statesResult(comment, code) && !isChecked(comment);
  return {
    statements,
    freeNames: [...used].filter((name) => !declared.has(name)),
    problem: comments.some(isUnchecked)
      ? 'An expected value must follow console.log, an expression or a constant at the top level of the example.'
      : null,
  };
}

/** Returns whether a comment states a result, also one that cannot be checked. */
const statesResult = ({ type, value, start }: Comment, code: string): boolean =>
  type === 'Line' &&
  (/^\s*(?:=>|throws ')/.test(value) || /console\.log\(.*\);\s*$/.test(code.slice(0, start).split('\n').at(-1) ?? ''));

function claimOf(node: Node, { value }: Comment, line: number): Claim | null {
  const error = /^\s*throws '(\w+)'/.exec(value);
  if (error) return { line, kind: 'error', expected: error[1] };
  if (printedIn(node)) return { line, kind: 'printed', expected: value.trim() };
  const result = /^\s*=>\s*(.*)$/.exec(value);
  return result && resultOf(node, '') !== null ? { line, kind: 'value', expected: result[1].trim() } : null;
}

/** Returns the arguments of a statement `console.log(…)`; null for other statements. */
export function printedIn(node: Node): readonly Node[] | null {
  const call = node.type === 'ExpressionStatement' ? node.expression : null;
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return null;
  const { object, property } = call.callee;
  const isLog =
    object.type === 'Identifier' &&
    object.name === 'console' &&
    property.type === 'Identifier' &&
    property.name === 'log';
  return isLog ? call.arguments : null;
}

/**
 * Returns the code of the value that a statement computes: the expression itself, or the name of the last constant; null
 * for statements without a value.
 */
export function resultOf(node: Node, text: string): string | null {
  if (node.type === 'ExpressionStatement') return text.replace(/;$/, '');
  const name = node.type === 'VariableDeclaration' ? node.declarations.at(-1)?.id : undefined;
  return name?.type === 'Identifier' ? name.name : null;
}

/** Returns the names that an example refers to, and the names that it declares, at any depth. */
function namesIn(program: Node): { used: ReadonlySet<string>; declared: ReadonlySet<string> } {
  const [used, declared] = [new Set<string>(), new Set<string>()];
  /**
   * Collects the names in a node and its descendants. With `binds`, the node is a pattern, which declares its names.
   */
  const walk = (value: unknown, binds: boolean): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, binds);
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node: Readonly<Record<string, unknown>> = { ...value };
    if (node.type === 'Identifier' && typeof node.name === 'string') {
      (binds ? declared : used).add(node.name);
      walk(node.typeAnnotation, false);
      return;
    }
    const binding = bindingFields[String(node.type)] ?? [];
    for (const [field, inner] of Object.entries(node)) {
      const isName = (field === 'key' || field === 'property') && node.computed !== true;
      const isPattern = binds && patternFields.has(field) && node.type !== 'TSTypeAnnotation';
      if (!isName || node.shorthand === true) walk(inner, binding.includes(field) || isPattern);
    }
  };
  walk(program, false);
  return { used, declared };
}

/** For each type of syntax node, the fields that contain declared names. */
const bindingFields: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ['id'],
  FunctionDeclaration: ['id', 'params'],
  FunctionExpression: ['id', 'params'],
  ArrowFunctionExpression: ['params'],
  ClassDeclaration: ['id'],
  CatchClause: ['param'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
  TSInterfaceDeclaration: ['id'],
  TSTypeAliasDeclaration: ['id'],
  TSTypeParameter: ['name'],
};

/** Fields of syntax nodes for patterns (such as `{ a, b }`) that contain nested patterns. */
const patternFields = new Set(['properties', 'elements', 'value', 'left', 'argument', 'key']);
