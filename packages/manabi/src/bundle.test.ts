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

  /** Packages that are downloaded before anything runs. */
  const atStart = (): ReadonlySet<string> => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement') visit(path);
    };
    visit('stdin.mjs');
    const files = [...seen].flatMap((file) => Object.keys(outputs[file].inputs));
    return new Set(files.flatMap((file) => /packages\/([\w-]+)\/src\//.exec(file)?.[1] ?? []));
  };

  test('loads the backend when it first runs, not before', async () => {
    const all = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
    expect(all.some((file) => file.includes('packages/backend-cpu/src/'))).toBe(true);
    expect(atStart()).not.toContain('backend-cpu');
    expect(atStart()).not.toContain('compiler');
  });

  test('leaves out what it does not use', () => {
    expect(atStart()).toEqual(new Set(['manabi', 'core', 'errors', 'ir']));
  });

  test('runs', async () => {
    const { sums } = await import(pathToFileURL(join(folder, 'stdin.mjs')).href);
    expect(await sums()).toEqual([4, 5]);
  });
});
