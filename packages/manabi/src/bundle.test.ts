import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BuildOptions, build, type Metafile } from 'esbuild';

/** A program for a page: it uses the default backend. */
const program = `
  import { add, tensor } from 'manabi';
  export const sums = () => add(tensor([1, 2]), 3).array();
`;

/** Bundles a program, given as source text, as if it were a file next to this one. */
function bundled(contents: string, outdir: string, options: Pick<BuildOptions, 'splitting' | 'format'>) {
  return build({
    stdin: { contents, resolveDir: import.meta.dirname, sourcefile: 'program.ts' },
    bundle: true,
    ...options,
    globalName: 'page',
    platform: 'node',
    conditions: ['@manabi/source'],
    outdir,
    outExtension: { '.js': '.mjs' },
    absWorkingDir: outdir,
    metafile: true,
    write: true,
    logLevel: 'silent',
  });
}

/** Returns the files of a bundle that a page loads before the program runs: the entry file and its static imports. */
function fetchedFirst({ outputs }: Metafile): readonly Metafile['outputs'][string][] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name) || outputs[name] === undefined) return;
    seen.add(name);
    for (const { path, kind } of outputs[name].imports) if (kind === 'import-statement') visit(path);
  };
  visit('stdin.mjs');
  return [...seen].map((name) => outputs[name]);
}

describe('a bundle of a program that imports only manabi', () => {
  let folder = '';
  let whole: Metafile | null = null;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-bundle-'));
    whole = (await bundled(program, folder, { splitting: false, format: 'esm' })).metafile;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('consists of one file without dynamic imports if code splitting is off', () => {
    expect(
      Object.values(whole?.outputs ?? {}).map(({ imports }) => imports.filter(({ external }) => !external)),
    ).toEqual([[]]);
  });

  test('contains only the packages that the program needs', () => {
    // esbuild also keeps empty functions and a few names of modules that the program never uses.
    const used = Object.entries(whole?.outputs['stdin.mjs'].inputs ?? {}).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 1000 ? (/packages\/([\w-]+)\/src\//.exec(file)?.[1] ?? []) : [],
    );
    expect(new Set(used)).toEqual(new Set(['core', 'errors', 'ir', 'compiler', 'backend-cpu']));
  });

  test('computes the result of the program', async () => {
    const { sums } = await import(pathToFileURL(join(folder, 'stdin.mjs')).href);
    expect(await sums()).toEqual([4, 5]);
  });
});

describe('a bundle of a page that predicts and may train', () => {
  const page = `
    import { layers, sequential } from 'manabi';
    const model = sequential([layers.dense({ units: 2, kernelInitializer: 'ones', inputShape: [3] })]);
    export const outputs = async () => (await model.predict([[1, 2, 3]])).array();
    export const trained = async () => {
      model.compile({ optimizer: 'sgd', loss: 'mse' });
      return (await model.fit([[1, 2, 3]], [[6, 6]], { verbose: 0 })).history.loss;
    };
  `;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-page-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('contains training code only in files that are loaded when training starts', async () => {
    const { metafile } = await bundled(page, folder, { splitting: true, format: 'esm' });
    const files = fetchedFirst(metafile).flatMap(({ inputs }) =>
      Object.keys(inputs).flatMap((file) => /packages\/layers\/src\/(.*)$/.exec(file)?.[1] ?? []),
    );
    expect(files).toContain('model/model.ts');
    expect(files.filter((file) => /^training\/(fit|steps)\//.test(file))).toEqual(['training/steps/training-runs.ts']);
    const { outputs, trained } = await import(pathToFileURL(join(folder, 'stdin.mjs')).href);
    expect(await outputs()).toEqual([[6, 6]]);
    expect(await trained()).toEqual([0]);
  });

  test('consists of one file that predicts and trains if code splitting is off, as in workers', async () => {
    const { metafile } = await bundled(page, folder, { splitting: false, format: 'iife' });
    expect(Object.keys(metafile.outputs)).toEqual(['stdin.mjs']);
    const code = await readFile(join(folder, 'stdin.mjs'), 'utf8');
    const { outputs, trained } = new Function(`${code}; return page;`)();
    expect([await outputs(), await trained()]).toEqual([[[6, 6]], [0]]);
  });
});

describe('a bundle of a page that selects its backend', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-select-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('contains the backend webgpu only in files that are loaded if a GPU may be used', async () => {
    const page = `
      import { selectBackend } from 'manabi';
      export const select = async () => (await selectBackend({ operations: 1e6 })).name;
    `;
    const { metafile } = await bundled(page, folder, { splitting: true, format: 'esm' });
    const filesOf = (outputs: readonly Metafile['outputs'][string][]) =>
      outputs
        .flatMap(({ inputs }) => Object.keys(inputs))
        .filter((file) => file.includes('packages/backend-webgpu/src/'));
    expect(filesOf(Object.values(metafile.outputs)).length).toBeGreaterThan(10);
    expect(filesOf(fetchedFirst(metafile))).toEqual([]);
    const { select } = await import(pathToFileURL(join(folder, 'stdin.mjs')).href);
    expect(await select()).toBe('cpu');
  });
});
