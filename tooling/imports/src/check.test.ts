import { describe, expect, test } from '@jest/globals';
import { checkArrows } from './arrows.ts';
import { checkCircles } from './circles.ts';
import { importsOf } from './import-sites.ts';
import type { Breach, Manifest, PackageInfo } from './package-info.ts';
import { table } from './table.ts';

/** A package of a planted workspace; `sources` maps file names to their text. */
function plant(short: string, sources: Record<string, string>, manifest: Partial<Manifest> = {}): PackageInfo {
  const folder = `packages/${short}`;
  return {
    folder,
    manifest: { name: `@manabi/${short}`, exports: { '.': {} }, ...manifest },
    files: Object.entries(sources).map(([name, text]) => {
      const path = `${folder}/src/${name}`;
      return { path, imports: importsOf(path, text) };
    }),
  };
}

const uses = (...names: string[]) => ({
  dependencies: Object.fromEntries(names.map((name) => [`@manabi/${name}`, 'workspace:*'])),
});

const arrows = (...packages: PackageInfo[]): Breach[] =>
  checkArrows(packages, { table, forTests: new Set(['@jest/globals']) });

describe('arrows', () => {
  test('an allowed and declared import passes', () => {
    expect(
      arrows(plant('ir', { 'index.ts': '' }), plant('core', { 'index.ts': "import '@manabi/ir';" }, uses('ir'))),
    ).toEqual([]);
  });

  test('an import up the floors is a breach that names file, line and arrow', () => {
    const [breach, ...others] = arrows(plant('ir', { 'graph.ts': "\nimport { Tensor } from '@manabi/core';" }));
    expect(others).toEqual([]);
    expect(breach.where).toBe('packages/ir/src/graph.ts:2');
    expect(breach.message).toContain('@manabi/ir -> @manabi/core');
  });

  test.each([
    ['type import', "import type { Tensor } from '@manabi/core';"],
    ['re-export', "export * from '@manabi/core';"],
    ['lazy import', "const core = await import('@manabi/core');"],
    ['inline type', "let tensor: import('@manabi/core').Tensor;"],
    ['façade', "import 'manabi';"],
  ])('%s counts as an arrow', (_, source) => {
    expect(arrows(plant('ir', { 'a.ts': source }))).toHaveLength(1);
  });

  test('a declared dependency against the table is a breach even when unused', () => {
    const [breach] = arrows(plant('compiler', {}, uses('core')));
    expect(breach.where).toBe('packages/compiler/package.json');
  });

  test('tests may use testing and what their row adds, sources may not', () => {
    const devDependencies = { '@manabi/testing': 'workspace:*', '@manabi/backend-cpu': 'workspace:*' };
    const source = "import '@manabi/testing';\nimport '@manabi/backend-cpu';\nimport '@jest/globals';";
    expect(arrows(plant('core', { 'a.test.ts': source, 'b.child.ts': source }, { devDependencies }))).toEqual([]);
    expect(arrows(plant('core', { 'a.ts': source }, { devDependencies }))).toHaveLength(3);
    expect(arrows(plant('ir', {}, { devDependencies }))).toHaveLength(1);
  });

  test('an import without a declaration is a breach, of packages of others too', () => {
    expect(arrows(plant('core', { 'a.ts': "import '@manabi/ir';" }))[0].message).toContain('without declaring');
    expect(arrows(plant('core', { 'a.ts': "import 'fflate';" }))[0].message).toContain('without declaring');
    expect(arrows(plant('core', { 'a.ts': "import 'node:fs';" }))).toEqual([]);
  });

  test('only the index and declared sub-paths of another package can be imported', () => {
    const cpu = plant('backend-cpu', {}, { exports: { '.': {}, './register': {}, './data/*': {} } });
    const app = (source: string): PackageInfo => ({
      folder: 'apps/bench',
      manifest: { name: '@manabi/bench', ...uses('backend-cpu') },
      files: [{ path: 'apps/bench/src/main.ts', imports: importsOf('main.ts', source) }],
    });
    expect(arrows(cpu, app("import '@manabi/backend-cpu/register';"))).toEqual([]);
    expect(arrows(cpu, app("import '@manabi/backend-cpu/data/x.bin';"))).toEqual([]);
    expect(arrows(cpu, app("import '@manabi/backend-cpu/src/emit/kernel.ts';"))[0].message).toContain('past the index');
  });

  test('a relative import must stay in its package', () => {
    const inside = plant('core', { 'transforms/grad.ts': "import '../tensor.ts';" });
    const outside = plant('core', { 'tensor.ts': "import '../../ir/src/graph.ts';" });
    expect(arrows(inside)).toEqual([]);
    expect(arrows(outside)[0].message).toContain('leaves packages/core');
  });

  test('a package must not import itself by name, its tests may', () => {
    expect(arrows(plant('ir', { 'a.ts': "import '@manabi/ir';" }))).toHaveLength(1);
    expect(arrows(plant('ir', { 'a.test.ts': "import '@manabi/ir';" }))).toEqual([]);
  });

  test('a package without a row is a breach', () => {
    expect(arrows(plant('surprise', {}))[0].message).toContain('no row');
  });

  test('nobody imports an example or an app', () => {
    expect(arrows(plant('core', { 'a.ts': "import '@manabi/bench';" }))).toHaveLength(1);
  });
});

describe('the table', () => {
  test('names only packages that have a row', () => {
    for (const { imports, tests = [] } of Object.values(table)) {
      if (typeof imports === 'string') continue;
      for (const name of [...imports, ...tests]) expect(Object.keys(table)).toContain(name);
    }
  });

  test('has no circle', () => {
    const reach = (name: string, trail: readonly string[] = []): void => {
      expect(trail).not.toContain(name);
      const { imports } = table[name];
      if (typeof imports !== 'string') for (const next of imports) reach(next, [...trail, name]);
    };
    for (const name of Object.keys(table)) reach(name);
  });
});

describe('circles between files', () => {
  test('a circle is reported once, with the shortest way round', () => {
    const breaches = checkCircles([
      plant('ir', {
        'sub/a.ts': "import './b.ts';",
        'sub/b.ts': "export * from './c.ts'; import './d.ts';",
        'sub/c.ts': "import './a.ts';",
        'sub/d.ts': "import './c.ts';",
      }),
    ]);
    expect(breaches).toHaveLength(1);
    expect(breaches[0].message).toContain(
      'packages/ir/src/sub/a.ts -> packages/ir/src/sub/b.ts -> packages/ir/src/sub/c.ts -> packages/ir/src/sub/a.ts',
    );
  });

  test('a file that imports itself is a circle', () => {
    expect(checkCircles([plant('ir', { 'sub/a.ts': "import './a.ts';" })])).toHaveLength(1);
  });

  test.each([
    ['type imports', "import type { A } from './a.ts';"],
    ['inline type imports', "import { type A } from './a.ts';"],
    ['import types', "let a: import('./a.ts').A;"],
    ['lazy imports', "export const a = () => import('./a.ts');"],
  ])('%s count', (_, back) => {
    expect(checkCircles([plant('ir', { 'sub/a.ts': "import './b.ts';", 'sub/b.ts': back })])).toHaveLength(1);
  });

  test('two ways to the same file make no circle', () => {
    expect(
      checkCircles([
        plant('ir', {
          'sub/a.ts': "import './b.ts'; import './c.ts';",
          'sub/b.ts': "import './c.ts';",
          'sub/c.ts': '',
        }),
      ]),
    ).toEqual([]);
  });
});

describe('circles between rooms', () => {
  const rooms = { 'graph/graph.ts': '', 'graph/print.ts': "import '../operators/table.ts';" };

  test('are reported with the imports that make them', () => {
    const breaches = checkCircles([plant('ir', { ...rooms, 'operators/table.ts': "\nimport '../graph/graph.ts';" })]);
    expect(breaches).toHaveLength(1);
    expect(breaches[0].where).toBe('packages/ir/src');
    expect(breaches[0].message).toContain('graph -> operators -> graph');
    expect(breaches[0].message).toContain('packages/ir/src/operators/table.ts:2');
  });

  test('a file at the top is a room of its own', () => {
    const source = { 'run/run.ts': "import '../tensor.ts';", 'tensor.ts': "import './run/slices.ts';" };
    expect(checkCircles([plant('core', source)])).toHaveLength(1);
  });

  test('are not made by tests', () => {
    expect(checkCircles([plant('ir', { ...rooms, 'operators/table.test.ts': "import '../graph/graph.ts';" })])).toEqual(
      [],
    );
  });
});

describe('reading imports', () => {
  test('a file that does not parse is named', () => {
    expect(() => importsOf('packages/ir/src/broken.ts', 'import {')).toThrow('packages/ir/src/broken.ts');
  });
});
