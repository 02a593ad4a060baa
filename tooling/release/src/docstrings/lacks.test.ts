import { expect, test } from '@jest/globals';
import { lacksOf, type Part } from './lacks.ts';
import type { PublicSymbol } from './public-symbols.ts';

const lacks = (symbol: Partial<PublicSymbol>, way: readonly string[] | null = null): readonly Part[] =>
  lacksOf(
    { name: 'f', entry: 'p', kind: 'callable', doc: null, path: '', line: 1, result: null, ...symbol },
    () => way,
  ).map((each) => each.lacks);
const example = '@example\n```ts\nconsole.log(1); // 1\n```';

test.each<[string, Partial<PublicSymbol>, readonly Part[]]>([
  ['a docstring', {}, ['docstring']],
  ['nothing of a documented type', { kind: 'type', doc: 'A type.' }, []],
  ['an example', { doc: 'Adds.' }, ['example']],
  ['a block of code', { doc: 'Adds.\n@example `add(1)`' }, ['block']],
  ['an example that prints', { doc: 'Adds.\n@example\n```ts\nadd(1);\n```' }, ['output']],
  ['nothing if the example cannot run', { doc: 'Adds.\n@example\n```ts no-run\nadd(1);\n```' }, []],
  ['shapes', { doc: `Adds.\n${example}`, result: 'Promise<Tensor>' }, ['shapes']],
  ['no shapes if the text states them', { doc: `Adds: [n] becomes [].\n${example}`, result: 'Tensor' }, []],
  ['no shapes of a type guard', { doc: `Checks.\n${example}`, result: 'value is Tensor' }, []],
])('lacksOf finds that %s is missing', (_, symbol, parts) => {
  expect(lacks(symbol)).toEqual(parts);
});

test('lacksOf requires @throws if a function throws', () => {
  expect(lacks({ doc: `Adds.\n${example}` }, ['f', 'check'])).toEqual(['errors']);
  expect(lacks({ doc: `Adds.\n@throws ManabiError \`shape\`\n${example}` }, ['f', 'check'])).toEqual([]);
});
