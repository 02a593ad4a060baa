import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { folderProblem, packageNameOf } from './project-name.ts';

test.each([
  ['My App', 'my-app'],
  ['Café Über', 'cafe-uber'],
  ['_private.', 'private'],
  ['a__b--c', 'a__b--c'],
  ['日本語', 'manabi-app'],
  ['manabi', 'manabi-app'],
  ['vite', 'vite-app'],
  ['favicon.ico', 'favicon.ico-app'],
])('a project in the folder %s has the package name %s', (folder, name) => {
  expect(packageNameOf(resolve('/projects', folder), ['manabi', 'vite'])).toBe(name);
});

test.each(['my-app', 'My App', 'a.b_c', '日本語'])('accepts the folder name %s', (name) => {
  expect(folderProblem(resolve('/projects', name))).toBeUndefined();
});

test.each([
  'a:b',
  'what?',
  'a#b',
  'a\nb',
  '100%',
  'con',
  'NUL.txt',
  'ends.',
  'node_modules',
  'node_modules/a',
  'x'.repeat(215),
  '/',
])('rejects the folder name %j', (name) => {
  expect(folderProblem(resolve('/projects', name))).toMatch(/ (Use|Pass) /);
});
