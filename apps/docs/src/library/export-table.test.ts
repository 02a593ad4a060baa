import { expect, test } from '@jest/globals';
import { exportTable } from './export-table.ts';

test('finds the file of each export, through imports and re-exports', () => {
  const file = (path: string, code: string) => ({ path, code, imports: [], sources: [] });
  const files = [
    file(
      'modules/a.js',
      'import{x as y,n as s}from"../base.js";const own=1;export{z as sum}from"../more.js";export{y as add,own,s as layers,s as data};',
    ),
    file('modules/b.js', 'export{n as layers}from"../base.js";'),
    file('modules/a-layers.js', 'export{d as dense}from"../base.js";'),
  ];
  const sources: Record<string, string> = {
    '/a/index.ts': "export * from 'b';\nexport * as data from './data.ts';",
    '/b/index.ts': "export * as layers from './layers.ts';",
    '/a/data.ts': "/** Both. */\nexport * from 'a/layers';\nexport * from 'b';\n",
  };
  const modules = new Map([
    ['a', { file: 'modules/a.js', source: '/a/index.ts' }],
    ['b', { file: 'modules/b.js', source: '/b/index.ts' }],
    ['a/layers', { file: 'modules/a-layers.js', source: '/b/layers.ts' }],
  ]);
  const table = exportTable(files, modules, (source) => sources[source] ?? '');
  const site = ([index, name]: readonly [number, string]) => [table.files[index], name];
  const { add, own, sum } = table.exports.a;
  expect([add, own, sum].map(site)).toEqual([
    ['base.js', 'x'],
    ['modules/a.js', 'own'],
    ['more.js', 'z'],
  ]);
  expect(table.namespaces.b).toEqual({ layers: 'a/layers' });
  expect(table.namespaces.a).toEqual({ layers: 'a/layers', data: '#a/layers b' });
  expect(site(table.exports['#a/layers b'].dense)).toEqual(['base.js', 'd']);
});
