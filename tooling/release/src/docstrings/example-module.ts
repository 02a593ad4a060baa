import type { Example } from './example.ts';
import { type Claim, parseExample, printedIn, resultOf, type Statement } from './parse-example.ts';
import type { PublicSymbol } from './public-symbols.ts';

/** A module that runs an example and checks the results that its comments state. */
export interface ExampleModule {
  readonly text: string;
  readonly claims: readonly Claim[];
  /** Line of the module at which the example begins; the first line is 0. */
  readonly firstLine: number;
  /** Whether the example is a complete program: it imports all names that it uses, and prints its results. */
  readonly isComplete: boolean;
}

/** The names that an example may use without an import, each with the entry point that exports it. */
export type Scope = ReadonlyMap<string, PublicSymbol>;

/**
 * Converts an example to a module whose default export runs it. Each line with an expected result becomes a call of
 * `shown` or `thrown`. The order and number of lines stay the same. The module imports the names of `scope` that an
 * incomplete example uses without importing them. If the example has a syntax error, the module throws it.
 */
export function exampleModule(example: Example, scope: Scope): ExampleModule {
  const { code, line } = example;
  const { statements, freeNames, problem } = parseExample(code, line);
  if (problem !== null) return unparsable(problem);
  const imports = freeNames
    .flatMap((name) => scope.get(name) ?? [])
    .map(({ name, entry, kind }) => `import { ${kind === 'type' ? 'type ' : ''}${name} } from '${entry}';`);
  const claims: Claim[] = [];
  const own: string[] = [];
  let body = '';
  let at = 0;
  for (const statement of statements) {
    const { node, text, claim } = statement;
    body += code.slice(at, node.start);
    at = node.end;
    if (node.type === 'ImportDeclaration') {
      own.push(text.replaceAll('\n', ' '));
      body += '\n'.repeat(text.split('\n').length - 1);
    } else {
      body += claim ? checked(statement, claim, claims.length, code) : text;
      if (claim) claims.push(claim);
    }
  }
  body += code.slice(at);
  const head = [
    ...imports,
    ...own,
    "import type { Shown, Thrown } from '../../src/docstrings/run-example.ts';",
    'export default async function example(shown: Shown, thrown: Thrown): Promise<void> {',
  ];
  return {
    text: [...head, body, '}', ''].join('\n'),
    claims,
    firstLine: head.length,
    isComplete: imports.length === 0 && claims.every(({ kind }) => kind !== 'value'),
  };
}

const unparsable = (message: string): ExampleModule => ({
  text: `export default function example() { throw new SyntaxError(${JSON.stringify(message)}); }`,
  claims: [],
  firstLine: 0,
  isComplete: true,
});

/** Returns the code of a statement together with the check of its claim. */
function checked({ node, text }: Statement, claim: Claim, index: number, code: string): string {
  if (claim.kind === 'error') {
    const run = node.type === 'ExpressionStatement' ? `await (${text.replace(/;$/, '')});` : text;
    return `await thrown(${index}, async () => { ${run} });`;
  }
  const printed = claim.kind === 'printed' ? printedIn(node) : null;
  if (printed) {
    const values = printed.map(({ start, end }) => code.slice(start, end)).join(', ');
    return `await shown(${index}, ${values});`;
  }
  const value = resultOf(node, text);
  return node.type === 'ExpressionStatement'
    ? `await shown(${index}, (${value}));`
    : `${text} await shown(${index}, ${value});`;
}
