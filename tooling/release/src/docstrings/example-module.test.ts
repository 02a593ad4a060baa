import { expect, test } from '@jest/globals';
import { exampleModule, type Scope } from './example-module.ts';

const symbol = (name: string, entry: string, kind: 'callable' | 'type' = 'callable') =>
  [name, { name, entry, kind, doc: '', path: '', line: 1, result: null }] as const;
const scope: Scope = new Map([
  symbol('tensor', '@manabi/core'),
  symbol('sum', '@manabi/core'),
  symbol('Tensor', '@manabi/core', 'type'),
  symbol('model', 'manabi'),
]);
const moduleOf = (code: string) =>
  exampleModule({ package: 'p', path: '/p.ts', line: 10, subject: 's', code, runs: true }, scope);

test('exampleModule imports each exported name that the example uses without declaring it', () => {
  const { text } = moduleOf('const model = (x: Tensor) => x.sum;\nconst { sum: total } = { sum: tensor };');
  expect(text.split('\n').filter((line) => line.startsWith('import'))).toEqual([
    "import { type Tensor } from '@manabi/core';",
    "import { tensor } from '@manabi/core';",
    "import type { Shown, Thrown } from '../../src/docstrings/run-example.ts';",
  ]);
});

test('exampleModule inserts checks for the output and errors in comments, and keeps other comments unchanged', () => {
  const { text, claims, firstLine, isComplete } = moduleOf(
    [
      "import { sum } from 'manabi';",
      '// prose',
      "console.log('sum', sum([1])); // sum 1",
      'console.log(1);',
      "sum('a'); // throws 'argument'",
      'sum([1]); // prose',
    ].join('\n'),
  );
  expect(claims).toEqual([
    { line: 12, kind: 'printed', expected: 'sum 1' },
    { line: 14, kind: 'error', expected: 'argument' },
  ]);
  expect(text.split('\n').slice(firstLine + 1, firstLine + 6)).toEqual([
    '// prose',
    "await shown(0, 'sum', sum([1])); // sum 1",
    'console.log(1);',
    "await thrown(1, async () => { await (sum('a')); }); // throws 'argument'",
    'sum([1]); // prose',
  ]);
  expect(isComplete).toBe(true);
});

test('exampleModule inserts checks for the values of the short form, which is incomplete', () => {
  const { text, claims, firstLine, isComplete } = moduleOf('const x = tensor([1]); // => [1]\nsum(x); // => 1');
  expect(claims).toEqual([
    { line: 10, kind: 'value', expected: '[1]' },
    { line: 11, kind: 'value', expected: '1' },
  ]);
  expect(text.split('\n').slice(firstLine, firstLine + 2)).toEqual([
    'const x = tensor([1]); await shown(0, x); // => [1]',
    'await shown(1, (sum(x))); // => 1',
  ]);
  expect(isComplete).toBe(false);
});

test('exampleModule moves the imports of the example to the top and keeps the line numbers of all other code', () => {
  const { text, firstLine } = moduleOf("import {\n  a,\n} from 'a';\na();");
  expect(text).toContain("import {   a, } from 'a';");
  expect(text.split('\n')[firstLine + 3]).toBe('a();');
});

test('exampleModule accepts for await at the top level of an example', () => {
  expect(moduleOf('for await (const x of [sum]) x;').text).toContain('for await (const x of [sum]) x;');
});

test('exampleModule returns a module that throws the syntax error of the example when it runs', () => {
  expect(moduleOf('f(…)').text).toContain('throw new SyntaxError(');
});

test.each([
  'if (sum) {\n  sum(1); // => 1\n}',
  'const { sum: total } = { sum: 1 }; // => { sum: 1 }',
  'for (const x of [sum]) {\n  console.log(x); // 1\n}',
  "if (sum) {\n  sum(1); // throws 'shape'\n}",
])('exampleModule rejects an expected value in a comment after code whose value cannot be checked: %s', (code) => {
  expect(moduleOf(code).text).toContain('An expected value must follow');
});
