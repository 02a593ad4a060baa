import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Metafile } from 'esbuild';

/** A page's program: no backend is named. */
const program = `
  import { add, tensor } from 'manabi';
  export const sums = () => add(tensor([1, 2]), 3).array();
`;

describe('a program that imports only manabi, bundled', () => {
  let folder = '';
  let outputs: Metafile['outputs'] = {};
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-bundle-'));
    const { metafile } = await build({
      stdin: { contents: program, resolveDir: import.meta.dirname, sourcefile: 'program.ts' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      conditions: ['@manabi/source'],
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      absWorkingDir: folder,
      metafile: true,
      write: true,
      logLevel: 'silent',
    });
    outputs = metafile.outputs;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('is one file, because default builds of workers do not split', () => {
    expect(Object.keys(outputs)).toEqual(['stdin.mjs']);
  });

  test('leaves out what it does not use', () => {
    const packages = Object.keys(outputs['stdin.mjs'].inputs).flatMap(
      (file) => /packages\/([\w-]+)\/src\//.exec(file)?.[1] ?? [],
    );
    expect(new Set(packages)).toEqual(new Set(['manabi', 'core', 'errors', 'ir', 'compiler', 'backend-cpu']));
  });

  test('runs', async () => {
    const { sums } = await import(pathToFileURL(join(folder, 'stdin.mjs')).href);
    expect(await sums()).toEqual([4, 5]);
  });
});
