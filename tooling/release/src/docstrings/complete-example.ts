import type { Example } from './example.ts';
import type { Scope } from './example-module.ts';
import { parseExample, resultOf } from './parse-example.ts';

/**
 * How an example reads a value before it prints it: `data` needs no reading, and tensors are read with `array()` or, if
 * they have one element, `item()`. Promises are awaited first.
 */
export interface Reading {
  readonly isPromise: boolean;
  readonly of: 'data' | 'array' | 'item';
}

/**
 * Completes an example that was written in the short form: adds imports of the names that it uses, and prints each value
 * that a comment states, so that the example runs as it is.
 *
 * `sum(x); // => 3` becomes `console.log(await sum(x).item()); // 3`.
 *
 * @param scope names that the example may use, with the entry points from which to import them
 * @param readings how to read the values in the comments, in order, as running the example found
 */
export function completeExample({ code, line }: Example, scope: Scope, readings: readonly Reading[]): string {
  const { statements, freeNames, problem } = parseExample(code, line);
  if (problem !== null) return code;
  let [imports, body, at, index] = ['', '', 0, 0];
  for (const { node, text, claim, end } of statements) {
    if (node.type === 'ImportDeclaration') {
      imports += code.slice(at, node.end).replace(/^\n+/, '\n');
      at = node.end;
      continue;
    }
    body += code.slice(at, node.start);
    at = end;
    const reading = claim ? readings[index++] : undefined;
    const value = resultOf(node, text);
    if (claim?.kind !== 'value' || value === null) {
      body += code.slice(node.start, end);
    } else {
      const expected = bare(claim.expected);
      const printed = `console.log(${read(value, reading)});`;
      if (node.type !== 'ExpressionStatement') body += `${text}\n${printed} // ${expected}`;
      else if (printed.length + expected.length <= LONGEST_LINE || text.includes('\n'))
        body += `${printed} // ${expected}`;
      else {
        const name = `result${/\bresult\b/.test(body + code) ? index : ''}`;
        const awaited = reading?.isPromise ? `await ${grouped(value)}` : value;
        const of = reading?.of ?? 'data';
        body += `const ${name} = ${awaited};\nconsole.log(${read(name, { isPromise: false, of })}); // ${expected}`;
      }
    }
  }
  body += code.slice(at);
  const added = importsOf(freeNames, scope);
  const head = [imports.trim(), ...added].filter((part) => part !== '').join('\n');
  return head === '' ? body.trim() : `${head}\n\n${body.trim()}`;
}

function read(value: string, { isPromise, of }: Reading = { isPromise: false, of: 'data' }): string {
  const awaited = isPromise ? `await ${grouped(value)}` : value;
  return of === 'data' ? awaited : `await ${grouped(awaited)}.${of}()`;
}

/** Puts an expression in parentheses, unless it is a name, a call or a member. */
const grouped = (value: string): string =>
  /^(?:await|new|typeof|\(|\[|\{|!|-)|^[^(]*(?:=>|\s[+*/?&|-]\s)/.test(value) ? `(${value})` : value;

/** Returns a string without its quotes, as the console prints it; other values, and strings that look like one, unchanged. */
const bare = (expected: string): string => {
  const [, text] = /^'((?:[^'\\]|\\')*)'$/.exec(expected) ?? [];
  return text === undefined || text.trim() !== text || text === '' || /^['[{\d]|…/.test(text)
    ? expected
    : text.replaceAll("\\'", "'");
};

/** Returns the imports of names, one statement per entry point, with `manabi` first. */
function importsOf(names: readonly string[], scope: Scope): readonly string[] {
  const byEntry = new Map<string, string[]>();
  for (const name of names) {
    const symbol = scope.get(name);
    if (!symbol) continue;
    const specifier = symbol.kind === 'type' ? `type ${name}` : name;
    byEntry.set(symbol.entry, [...(byEntry.get(symbol.entry) ?? []), specifier]);
  }
  return [...byEntry]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([entry, specifiers]) => importOf(specifiers.sort(byName), entry));
}

const byName = (a: string, b: string): number => {
  const [x, y] = [a, b].map((name) => name.replace(/^type /, ''));
  return x.toLowerCase() < y.toLowerCase() ? -1 : 1;
};

function importOf(specifiers: readonly string[], entry: string): string {
  const line = `import { ${specifiers.join(', ')} } from '${entry}';`;
  return line.length <= LONGEST_LINE
    ? line
    : `import {\n${specifiers.map((each) => `  ${each},\n`).join('')}} from '${entry}';`;
}

/** Characters of a line, without the beginning of the comment. */
const LONGEST_LINE = 105;
