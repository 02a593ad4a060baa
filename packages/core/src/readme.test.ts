import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as core from './index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README of @manabi/core lists every function of the package, and no others', () => {
  const [, table = ''] = readme.split('\n## All functions\n');
  const named = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const functions = Object.entries(core).flatMap(([name, value]) =>
    typeof value === 'function' && name[0] === name[0].toLowerCase() ? [name] : [],
  );
  expect([...named].sort()).toEqual(functions.sort());
});
