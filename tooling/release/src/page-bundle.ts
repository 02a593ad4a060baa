import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { build as buildWithVite } from 'vite';

/** The bundlers with which page sizes are measured. Vite bundles with Rollup. */
export const bundlers = ['esbuild', 'Rollup'] as const;

/** A bundler with which page sizes are measured. */
export type Bundler = (typeof bundlers)[number];

/** A JavaScript file that a bundler emitted and a page may download. */
export interface Chunk {
  readonly file: string;
  readonly code: string;
  /** Size of the file in bytes after gzip. */
  readonly bytes: number;
  /** Modules in the file, such as `core/tensor.js`, with the part of `bytes` that each takes. */
  readonly modules: ReadonlyMap<string, number>;
  readonly isEntry: boolean;
  /** Files that this file imports statically; they are downloaded together with it. */
  readonly imports: readonly string[];
}

/**
 * Bundles the program of a page, split and minified for the browser.
 *
 * @param page path of the program
 * @param fromSource whether to bundle the packages from their sources instead of `dist`
 */
export function bundlePage(page: string, bundler: Bundler, fromSource: boolean): Promise<readonly Chunk[]> {
  const conditions = fromSource ? ['@manabi/source'] : [];
  return bundler === 'esbuild' ? bundleWithEsbuild(page, conditions) : bundleWithRollup(page, conditions);
}

async function bundleWithEsbuild(page: string, conditions: string[]): Promise<readonly Chunk[]> {
  const { outputFiles, metafile } = await build({
    entryPoints: [page],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions,
    target: 'es2022',
    legalComments: 'none',
    metafile: true,
    write: false,
    outdir: 'out',
    logLevel: 'silent',
  });
  checkFiles(page, Object.keys(metafile.outputs));
  const codeOf = new Map(outputFiles.map(({ path, text }) => [nameOf(path), text]));
  return Object.entries(metafile.outputs).map(([path, { inputs, imports, entryPoint }]) =>
    chunkOf({
      file: nameOf(path),
      code: codeOf.get(nameOf(path)) ?? '',
      lengths: Object.entries(inputs).map(([module, { bytesInOutput }]) => [module, bytesInOutput] as const),
      isEntry: entryPoint !== undefined && page.endsWith(nameOf(entryPoint)),
      imports: imports.filter(({ kind }) => kind === 'import-statement').map((one) => nameOf(one.path)),
    }),
  );
}

async function bundleWithRollup(page: string, conditions: string[]): Promise<readonly Chunk[]> {
  const result = await buildWithVite({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: [...conditions, 'module', 'browser'] },
    build: {
      write: false,
      target: 'es2022',
      minify: 'esbuild',
      modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: { input: page, output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  });
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  checkFiles(
    page,
    outputs.map(({ fileName }) => fileName),
  );
  return outputs.flatMap((output) => {
    if (output.type !== 'chunk') return [];
    const { fileName: file, code, modules, isEntry, imports } = output;
    const lengths = Object.entries(modules).map(([module, { renderedLength }]) => [module, renderedLength] as const);
    return [chunkOf({ file, code, lengths, isEntry, imports })];
  });
}

/**
 * Checks that a bundler emitted only scripts. A page must not ship data that it does not import, such as the files of MNIST,
 * which bundlers copy where they see `new URL('…', import.meta.url)`.
 */
function checkFiles(page: string, files: readonly string[]): void {
  const others = files.filter((file) => !file.endsWith('.js'));
  if (others.length > 0)
    throw new Error(`The bundle of ${nameOf(page)} contains ${others.join(', ')}. Import data only on demand.`);
}

interface Parts extends Pick<Chunk, 'file' | 'code' | 'isEntry' | 'imports'> {
  /** Paths of the modules in a file, with the length of their code in the file. */
  readonly lengths: readonly (readonly [module: string, length: number])[];
}

function chunkOf({ lengths, ...chunk }: Parts): Chunk {
  const bytes = gzipSync(chunk.code, { level: 9 }).length;
  const all = lengths.reduce((sum, [, length]) => sum + length, 0);
  const modules = new Map<string, number>();
  for (const [path, length] of lengths) {
    const [, name = 'bundler', file = ''] = /packages\/([\w-]+)\/(?:dist|src)\/(.+)$/.exec(path) ?? [];
    const module = `${name}/${file}`;
    if (length > 0) modules.set(module, (modules.get(module) ?? 0) + (length / all) * bytes);
  }
  return { ...chunk, bytes, modules };
}

function nameOf(path: string): string {
  return path.replace(/^.*[\\/]/, '');
}
