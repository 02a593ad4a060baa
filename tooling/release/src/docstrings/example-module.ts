import { type Node, parseSync } from 'oxc-parser';
import type { Example } from './example.ts';
import type { PublicSymbol } from './public-symbols.ts';

/** The expected result of a line of an example, from its comment: `sum([1, 2]); // => 3`, or `// throws 'shape'`. */
export interface Claim {
  /** Line of the claim in the source file; the first line is 1. */
  readonly line: number;
  readonly kind: 'value' | 'error';
  readonly expected: string;
}

/** A module that runs an example and checks the results that its comments state. */
export interface ExampleModule {
  readonly text: string;
  readonly claims: readonly Claim[];
  /** Line of the module at which the example begins; the first line is 0. */
  readonly firstLine: number;
}

/** The names that an example may use without an import, each with the entry point that exports it. */
export type Scope = ReadonlyMap<string, PublicSymbol>;

/**
 * Converts an example to a module whose default export runs it. The module imports the names of `scope` that the
 * example uses. Each line with an expected result becomes a call of `shown` or `thrown`. The order and number of lines
 * stay the same. If the example has a syntax error, the module throws it.
 */
export function exampleModule(example: Example, scope: Scope): ExampleModule {
  const { program, comments, errors } = parseSync('example.ts', example.code, { sourceType: 'module' });
  if (errors.length > 0) return unparsable(errors[0].message);
  const { used, declared } = namesIn(program);
  const imports = [...used]
    .filter((name) => !declared.has(name))
    .flatMap((name) => scope.get(name) ?? [])
    .map(({ name, entry, kind }) => `import { ${kind === 'type' ? 'type ' : ''}${name} } from '${entry}';`);

  const claims: Claim[] = [];
  const written = comments.filter(({ type, value }) => type === 'Line' && claimOf(value, 0) !== null);
  const own: string[] = [];
  let body = '';
  let at = 0;
  for (const statement of program.body) {
    const { start, end } = statement;
    const text = example.code.slice(start, end);
    body += example.code.slice(at, start);
    at = end;
    if (statement.type === 'ImportDeclaration') {
      own.push(text.replaceAll('\n', ' '));
      body += '\n'.repeat(text.split('\n').length - 1);
      continue;
    }
    const rest = example.code.slice(end).split('\n', 1)[0];
    const comment = comments.find(
      (other) => other.type === 'Line' && other.start >= end && other.start <= end + rest.length,
    );
    const line = example.line + example.code.slice(0, end).split('\n').length - 1;
    const claim = comment && claimOf(comment.value, line);
    const check = claim ? checked(statement, text, claim, claims.length) : null;
    body += check ?? text;
    if (claim && check !== null) claims.push(claim);
  }
  body += example.code.slice(at);
  if (claims.length < written.length) {
    return unparsable('An expected value must follow an expression or a constant at the top level of the example.');
  }
  const head = [
    ...imports,
    ...own,
    "import type { Shown, Thrown } from '../../src/docstrings/run-example.ts';",
    'export default async function example(shown: Shown, thrown: Thrown): Promise<void> {',
  ];
  return { text: [...head, body, '}', ''].join('\n'), claims, firstLine: head.length };
}

const unparsable = (message: string): ExampleModule => ({
  text: `export default function example() { throw new SyntaxError(${JSON.stringify(message)}); }`,
  claims: [],
  firstLine: 0,
});

function claimOf(comment: string, line: number): Claim | null {
  const value = /^\s*=>\s*(.*)$/.exec(comment);
  if (value) return { line, kind: 'value', expected: value[1].trim() };
  const error = /^\s*throws '(\w+)'/.exec(comment);
  return error ? { line, kind: 'error', expected: error[1] } : null;
}

/**
 * Returns the code of a statement together with the check of its claim; null if the statement has no value to check.
 */
function checked(statement: Node, text: string, claim: Claim, index: number): string | null {
  if (claim.kind === 'error') return `await thrown(${index}, async () => { ${awaited(statement, text)} });`;
  if (statement.type === 'ExpressionStatement') {
    return `await shown(${index}, await (${text.replace(/;$/, '')}));`;
  }
  const name = statement.type === 'VariableDeclaration' ? statement.declarations.at(-1)?.id : undefined;
  return name?.type === 'Identifier' ? `${text} await shown(${index}, await ${name.name});` : null;
}

const awaited = (statement: Node, text: string): string =>
  statement.type === 'ExpressionStatement' ? `await (${text.replace(/;$/, '')});` : text;

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
