import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { importableModules } from './modules.ts';

test('programs can import manabi, its entry points, and the packages that it depends on', () => {
  const modules = importableModules();
  for (const name of ['manabi', 'manabi/layers', '@manabi/core', '@manabi/ir', '@manabi/backend-cpu/register']) {
    expect(modules.has(name)).toBe(true);
  }
  expect([...modules.values()].filter((file) => !existsSync(file))).toEqual([]);
});

test('programs cannot import packages for Node, and internal entry points', () => {
  const names = [...importableModules().keys()];
  expect(names.filter((name) => /cli|serve|\/internal$/.test(name))).toEqual([]);
});
