import { expect, test } from '@jest/globals';
import { completeExample, type Reading } from './complete-example.ts';
import type { Scope } from './example-module.ts';

const symbol = (name: string, entry: string, kind: 'callable' | 'type' = 'callable') =>
  [name, { name, entry, kind, doc: '', path: '', line: 1, result: null }] as const;
const scope: Scope = new Map([
  symbol('sum', 'manabi'),
  symbol('tensor', 'manabi'),
  symbol('Tensor', 'manabi', 'type'),
  symbol('adam', 'manabi/optimizers'),
]);
const completed = (code: string, readings: readonly Reading[] = []) =>
  completeExample({ package: 'p', path: '/p.ts', line: 1, subject: 's', code, runs: true }, scope, readings);

const data: Reading = { isPromise: false, of: 'data' };

test('completeExample imports the names that an example uses, after its own imports', () => {
  expect(completed("import { readFile } from 'node:fs/promises';\nconst f = (x: Tensor) => sum(x);\nadam();")).toBe(
    [
      "import { readFile } from 'node:fs/promises';",
      "import { sum, type Tensor } from 'manabi';",
      "import { adam } from 'manabi/optimizers';",
      '',
      'const f = (x: Tensor) => sum(x);',
      'adam();',
    ].join('\n'),
  );
});

test.each<[string, Reading, string]>([
  ['f(1); // => 2', data, 'console.log(f(1)); // 2'],
  ["f(1); // => 'relu'", data, 'console.log(f(1)); // relu'],
  ["f(1); // => '[1]'", data, "console.log(f(1)); // '[1]'"],
  ['f(1); // => 2', { isPromise: true, of: 'data' }, 'console.log(await f(1)); // 2'],
  ['f(1); // => [2]', { isPromise: false, of: 'array' }, 'console.log(await f(1).array()); // [2]'],
  ['await f(1); // => 2', { isPromise: false, of: 'item' }, 'console.log(await (await f(1)).item()); // 2'],
  ['f(1); // => [2]', { isPromise: true, of: 'array' }, 'console.log(await (await f(1)).array()); // [2]'],
  [
    'const y = f(1); // => [2]',
    { isPromise: false, of: 'array' },
    'const y = f(1);\nconsole.log(await y.array()); // [2]',
  ],
])('completeExample prints the value of %s, read as %j', (code, reading, expected) => {
  expect(completed(code, [reading])).toBe(expected);
});

test('completeExample stores the value of a long expression in a constant', () => {
  const call = `f(${Array.from({ length: 40 }, () => 1).join(', ')})`;
  expect(completed(`${call}; // => [2]`, [{ isPromise: true, of: 'array' }])).toBe(
    `const result = await ${call};\nconsole.log(await result.array()); // [2]`,
  );
});

test('completeExample keeps a complete example unchanged', () => {
  const code =
    "import { sum } from 'manabi';\n\nconsole.log(await sum([1]).item()); // 1\nsum('a'); // throws 'argument'";
  expect(completed(code)).toBe(code);
});
