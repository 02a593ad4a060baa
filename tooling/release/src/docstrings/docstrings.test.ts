import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { publishedPackages } from '../published.ts';
import { gapsOf, locationOf, writeExamples } from './collect.ts';
import { runExample } from './run-example.ts';
import { typeErrorsOf } from './type-check.ts';

const packages = publishedPackages();
const written = packages.flatMap((published) => writeExamples(published));

test.each(packages)(
  'every public symbol of $name has a docstring, and every public function states an example, its errors and shapes',
  (published) => {
    expect(
      gapsOf(published).map(({ symbol, detail }) => `${symbol.name} lacks ${detail}: ${locationOf(symbol)}`),
    ).toEqual([]);
  },
);

test('every example imports the names that it uses, and prints the values that its comments state', () => {
  const incomplete = written.filter(({ isComplete }) => !isComplete).map(({ example }) => locationOf(example));
  // If this fails, run `npm run docstrings -- packages/NAME --update`, which completes them.
  expect(incomplete).toEqual([]);
});

test('all examples in docstrings type-check', () => {
  expect(typeErrorsOf(written)).toEqual([]);
});

describe.each(packages)('examples of $name', ({ name }) => {
  const own = written.filter(({ example }) => example.package === name && example.runs);
  beforeAll(() => expect(own.length).toBeGreaterThan(0));

  test.each(own.map((each) => [`${each.example.subject} (${locationOf(each.example)})`, each] as const))(
    '%s produces the values in its comments',
    async (_, { file, claims }) => {
      const module: { default: Parameters<typeof runExample>[0] } = await import(file);
      const { differences } = await runExample(module.default, claims);
      expect(differences.map(({ claim, actual }) => `${claim.expected} is ${actual}, line ${claim.line}`)).toEqual([]);
    },
  );
});
