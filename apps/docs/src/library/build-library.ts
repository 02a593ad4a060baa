import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { LibraryManifest } from './manifest.ts';
import { importableModules } from './modules.ts';

/** Data files of the tutorial, which its programs read from `../data/`. */
const tutorialData = fileURLToPath(new URL('../../../../examples/tutorial/data', import.meta.url));

/** The images with which MNIST tests networks: a sixth of the dataset. */
const digits = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((name) =>
  fileURLToPath(new URL(`../../../../packages/mnist/data/${name}`, import.meta.url)),
);

/** Modules that the worker implements for programs, with their exports: in Node, they are files beside the programs. */
const workerModules = { './options.ts': 'options', './show.ts': 'plot, image' };

const here = fileURLToPath(new URL('.', import.meta.url));

const common = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  conditions: ['@manabi/source'],
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions;

/**
 * Builds the files that programs in pages import: one file with all packages, and a small module for each specifier. One file
 * loads faster than the hundreds of files of a split bundle, and all pages share it.
 *
 * @param folder folder to write to, which is emptied
 * @returns the manifest, which is also in `library.json`
 */
export async function buildLibrary(folder: string): Promise<LibraryManifest> {
  await rm(folder, { recursive: true, force: true });
  const staging = join(folder, 'staging');
  await mkdir(join(staging, 'modules'), { recursive: true });

  const modules = [...importableModules()];
  const apart = new Map<string, string>();
  await build({
    ...common,
    stdin: {
      contents: modules.map(([, source], i) => `export * as m${i} from ${JSON.stringify(source)};`).join('\n'),
      resolveDir: here,
    },
    plugins: [pageDatasets, separate(apart)],
    outfile: join(staging, 'library.js'),
  });
  for (const [file, source] of apart) {
    await build({ ...common, entryPoints: [source], outfile: join(staging, file) });
  }
  await build({
    ...common,
    entryPoints: [join(here, '../worker/worker.ts')],
    plugins: [importModules(new Map(modules))],
    outfile: join(staging, 'worker.js'),
  });
  await build({
    ...common,
    entryPoints: await demoPrograms(),
    plugins: [importModules(new Map(modules)), importWorker],
    outdir: staging,
  });

  const table: Record<string, string> = {};
  const library: Record<string, object> = await import(pathToFileURL(join(staging, 'library.js')).href);
  for (const [i, [specifier]] of modules.entries()) {
    const file = fileOf(specifier);
    const names = Object.keys(library[`m${i}`]).sort().join(', ');
    await writeFile(
      join(staging, file),
      `import { m${i} as m } from '../library.js';\nexport const { ${names} } = m;\n`,
    );
    table[specifier] = file;
  }
  for (const [specifier, names] of Object.entries(workerModules)) {
    const file = fileOf(specifier);
    await writeFile(join(staging, file), `export { ${names} } from '../worker.js';\n`);
    table[specifier] = file;
  }
  await cp(tutorialData, join(staging, 'data'), { recursive: true });

  const hash = await hashOf(staging);
  await cp(staging, join(folder, hash), { recursive: true });
  await rm(staging, { recursive: true });
  await mkdir(join(folder, 'mnist'));
  for (const file of digits) await cp(file, join(folder, 'mnist', basename(file)));
  const preload = ['worker.js', table.manabi, 'library.js'];
  const manifest = { folder: `${basename(folder)}/${hash}/`, preload, modules: table };
  await writeFile(join(folder, 'library.json'), JSON.stringify(manifest));
  return manifest;
}

/** Replaces the loader of MNIST by one that reads the files of the site. */
const pageDatasets: Plugin = {
  name: 'page-datasets',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/mnist\.ts$/ }, ({ importer }) =>
      /datasets[\\/]src/.test(importer) ? { path: join(here, 'page-mnist.ts') } : undefined,
    );
  },
};

/** Moves packages from npm that code imports on demand into files of their own, and lists them with their sources. */
const separate = (files: Map<string, string>): Plugin => ({
  name: 'separate',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^[@a-z]/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
      if (kind !== 'dynamic-import' || path.startsWith('@manabi/') || pluginData === 'separate') return undefined;
      const found = await resolve(path, { kind, resolveDir, importer, pluginData: 'separate' });
      if (found.errors.length > 0) return { path, external: true };
      const file = `${path.replaceAll(/\W+/g, '-')}.js`;
      files.set(file, found.path);
      return { path: `./${file}`, external: true };
    });
  },
});

/** Leaves the imports of importable modules to the files of the library. */
const importModules = (modules: ReadonlyMap<string, string>): Plugin => ({
  name: 'import-modules',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@?manabi/ }, ({ path }) =>
      modules.has(path) ? { path: `./${fileOf(path)}`, external: true } : undefined,
    );
  },
});

/** Leaves what demos import from `src/worker` to the worker, whose module receives the messages of the page. */
const importWorker: Plugin = {
  name: 'import-worker',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/worker\/\w+\.ts$/ }, () => ({ path: './worker.js', external: true }));
  },
};

/** Returns the programs of the demos by the names of their files: `demo-NAME` for `src/demos/NAME/program.ts`. */
async function demoPrograms(): Promise<Record<string, string>> {
  const folder = join(here, '../demos');
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const programs = names.map(({ name }) => [`demo-${name}`, join(folder, name, 'program.ts')] as const);
  return Object.fromEntries(programs.filter(([, file]) => existsSync(file)));
}

/** Returns the file of a specifier: `modules/core-image.js` for `@manabi/core/image`. */
function fileOf(specifier: string): string {
  const name = specifier.replace(/^(@|\.\/)/, '').replace(/\.ts$/, '');
  return `modules/${name.replaceAll('/', '-')}.js`;
}

/** Returns a hash of all files in a folder, in lowercase letters and digits. */
async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort())
    hash
      .update(relative(folder, file))
      .update('\0')
      .update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
