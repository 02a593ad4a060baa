import { describe, expect, test } from '@jest/globals';
import { checkCircles } from './circles.ts';
import { checkDependencies } from './dependencies.ts';
import { importsOf } from './import-sites.ts';
import type { Manifest, PackageInfo, Problem } from './package-info.ts';
import { table } from './table.ts';

/** Returns the description of a package whose files are in memory; `sources` maps file names to their text. */
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

const check = (...packages: PackageInfo[]): Problem[] =>
  checkDependencies(packages, { table, forTests: new Set(['@jest/globals']) });

describe('dependencies', () => {
  test('allows an import that the table of floors allows and package.json declares', () => {
    expect(
      check(plant('ir', { 'index.ts': '' }), plant('core', { 'index.ts': "import '@manabi/ir';" }, uses('ir'))),
    ).toEqual([]);
  });

  test('reports the file, the line and both packages of an import from a higher floor', () => {
    const [problem, ...others] = check(plant('ir', { 'graph.ts': "\nimport { Tensor } from '@manabi/core';" }));
    expect(others).toEqual([]);
    expect(problem.where).toBe('packages/ir/src/graph.ts:2');
    expect(problem.message).toContain('@manabi/ir -> @manabi/core');
  });

  test.each([
    ['`import type` statement', "import type { Tensor } from '@manabi/core';"],
    ['re-export', "export * from '@manabi/core';"],
    ['call of import()', "const core = await import('@manabi/core');"],
    ["type such as `import('x').A`", "let tensor: import('@manabi/core').Tensor;"],
    ['façade', "import 'manabi';"],
  ])('rejects an import from a higher floor (%s)', (_, source) => {
    expect(check(plant('ir', { 'a.ts': source }))).toHaveLength(1);
  });

  test('rejects a declared dependency that the table of floors does not allow, even if no file imports it', () => {
    const [problem] = check(plant('compiler', {}, uses('core')));
    expect(problem.where).toBe('packages/compiler/package.json');
  });

  test('allows only tests to import the package testing and the packages in `tests` of their row', () => {
    const devDependencies = { '@manabi/testing': 'workspace:*', '@manabi/backend-cpu': 'workspace:*' };
    const source = "import '@manabi/testing';\nimport '@manabi/backend-cpu';\nimport '@jest/globals';";
    expect(check(plant('core', { 'a.test.ts': source, 'b.child.ts': source }, { devDependencies }))).toEqual([]);
    expect(check(plant('core', { 'a.ts': source }, { devDependencies }))).toHaveLength(3);
    expect(check(plant('ir', {}, { devDependencies }))).toHaveLength(1);
  });

  test('rejects the import of a workspace or third-party package that package.json does not declare', () => {
    expect(check(plant('core', { 'a.ts': "import '@manabi/ir';" }))[0].message).toContain('without declaring');
    expect(check(plant('core', { 'a.ts': "import 'fflate';" }))[0].message).toContain('without declaring');
    expect(check(plant('core', { 'a.ts': "import 'node:fs';" }))).toEqual([]);
  });

  test('allows a package to import the devDependencies that its build bundles, and no other ones', () => {
    const create = (name: string) =>
      plant(
        'create-manabi',
        { 'a.ts': `import '${name}';` },
        { name: 'create-manabi', devDependencies: { [name]: '1' } },
      );
    expect(check(create('@clack/prompts'))).toEqual([]);
    expect(check(create('fflate'))[0].message).toContain('without declaring');
  });

  test('follows imports by conditions, which package.json must declare', () => {
    const sources = {
      'tensor.ts': "import '#console';",
      'print/in-node.ts': "import '../tensor.ts';",
      'print/in-pages.ts': '',
    };
    const imports = { '#console': { node: './src/print/in-node.ts', default: './src/print/in-pages.ts' } };
    expect(check(plant('core', sources))[0].message).toContain('#console is missing from `imports`');
    expect(check(plant('core', sources, { imports }))).toEqual([]);
    const [circle] = checkCircles([plant('core', sources, { imports })]);
    expect(circle.message).toContain('packages/core/src/tensor.ts -> packages/core/src/print/in-node.ts');
  });

  test('allows only the declared entry points of another package', () => {
    const cpu = plant('backend-cpu', {}, { exports: { '.': {}, './register': {}, './data/*': {} } });
    const app = (source: string): PackageInfo => ({
      folder: 'apps/bench',
      manifest: { name: '@manabi/bench', ...uses('backend-cpu') },
      files: [{ path: 'apps/bench/src/main.ts', imports: importsOf('main.ts', source) }],
    });
    expect(check(cpu, app("import '@manabi/backend-cpu/register';"))).toEqual([]);
    expect(check(cpu, app("import '@manabi/backend-cpu/data/x.bin';"))).toEqual([]);
    expect(check(cpu, app("import '@manabi/backend-cpu/src/emit/kernel.ts';"))[0].message).toContain(
      'is not an entry point',
    );
  });

  test('rejects a relative import that leaves the package', () => {
    const inside = plant('core', { 'transforms/grad.ts': "import '../tensor.ts';" });
    const outside = plant('core', { 'tensor.ts': "import '../../ir/src/graph.ts';" });
    expect(check(inside)).toEqual([]);
    expect(check(outside)[0].message).toContain('leaves packages/core');
  });

  test('allows only tests to import their own package by name', () => {
    expect(check(plant('ir', { 'a.ts': "import '@manabi/ir';" }))).toHaveLength(1);
    expect(check(plant('ir', { 'a.test.ts': "import '@manabi/ir';" }))).toEqual([]);
  });

  test('rejects a package that has no row in the table of floors', () => {
    expect(check(plant('surprise', {}))[0].message).toContain('no row');
  });

  test('rejects a package that imports an app or an example', () => {
    expect(check(plant('core', { 'a.ts': "import '@manabi/bench';" }))).toHaveLength(1);
  });
});

test('allows only the apps in the table to import another app', () => {
  const app = (name: string): PackageInfo => ({
    ...plant(name, { 'a.ts': "import '@manabi/bench';" }, uses('bench')),
    folder: `apps/${name}`,
    files: [{ path: `apps/${name}/src/a.ts`, imports: importsOf('a.ts', "import '@manabi/bench';") }],
  });
  expect(check(app('docs'))).toEqual([]);
  expect(check(app('others'))).not.toEqual([]);
});

describe('table of floors', () => {
  test('lists in `imports` and `tests` only packages that have a row', () => {
    for (const { imports, tests = [] } of Object.values(table)) {
      if (typeof imports === 'string') continue;
      for (const name of [...imports, ...tests]) expect(Object.keys(table)).toContain(name);
    }
  });

  test('contains no circular dependencies between packages', () => {
    const reach = (name: string, trail: readonly string[] = []): void => {
      expect(trail).not.toContain(name);
      const { imports } = table[name];
      if (typeof imports !== 'string') for (const next of imports) reach(next, [...trail, name]);
    };
    for (const name of Object.keys(table)) reach(name);
  });
});

describe('circular imports between files', () => {
  test('reports a circle once, by its shortest path', () => {
    const problems = checkCircles([
      plant('ir', {
        'sub/a.ts': "import './b.ts';",
        'sub/b.ts': "export * from './c.ts'; import './d.ts';",
        'sub/c.ts': "import './a.ts';",
        'sub/d.ts': "import './c.ts';",
      }),
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0].message).toContain(
      'packages/ir/src/sub/a.ts -> packages/ir/src/sub/b.ts -> packages/ir/src/sub/c.ts -> packages/ir/src/sub/a.ts',
    );
  });

  test('reports a file that imports itself', () => {
    expect(checkCircles([plant('ir', { 'sub/a.ts': "import './a.ts';" })])).toHaveLength(1);
  });

  test.each([
    ['`import type` statements', "import type { A } from './a.ts';"],
    ['`import { type A }` statements', "import { type A } from './a.ts';"],
    ["types such as `import('./a.ts').A`", "let a: import('./a.ts').A;"],
    ['calls of import()', "export const a = () => import('./a.ts');"],
  ])('reports a circle of %s', (_, back) => {
    expect(checkCircles([plant('ir', { 'sub/a.ts': "import './b.ts';", 'sub/b.ts': back })])).toHaveLength(1);
  });

  test('reports no circle if two paths lead to the same file', () => {
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

describe('circular imports between folders', () => {
  const sources = { 'graph/graph.ts': '', 'graph/print.ts': "import '../operators/table.ts';" };

  test('reports the files whose imports form a circle of folders', () => {
    const problems = checkCircles([plant('ir', { ...sources, 'operators/table.ts': "\nimport '../graph/graph.ts';" })]);
    expect(problems).toHaveLength(1);
    expect(problems[0].where).toBe('packages/ir/src');
    expect(problems[0].message).toContain('graph -> operators -> graph');
    expect(problems[0].message).toContain('packages/ir/src/operators/table.ts:2');
  });

  test('treats a file directly in src like a folder', () => {
    const source = { 'run/run.ts': "import '../tensor.ts';", 'tensor.ts': "import './run/slices.ts';" };
    expect(checkCircles([plant('core', source)])).toHaveLength(1);
  });

  test('ignores circles that imports of tests form', () => {
    expect(
      checkCircles([plant('ir', { ...sources, 'operators/table.test.ts': "import '../graph/graph.ts';" })]),
    ).toEqual([]);
  });
});

describe('importsOf', () => {
  test('throws an error that names a file with a syntax error', () => {
    expect(() => importsOf('packages/ir/src/broken.ts', 'import {')).toThrow('packages/ir/src/broken.ts');
  });
});
