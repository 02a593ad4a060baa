import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'sucrase';
import { bundle, type LibraryFile } from './bundle.ts';
import { exportTable } from './export-table.ts';
import type { LibraryBuild } from './manifest.ts';
import { importableModules } from './modules.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

const tutorial = fileURLToPath(new URL('../../../../examples/tutorial', import.meta.url));

/** The images with which MNIST tests networks: a sixth of the dataset. */
const digits = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((name) =>
  fileURLToPath(new URL(`../../../../packages/mnist/data/${name}`, import.meta.url)),
);

/** The weights of the network in the demo on pictures. */
const extractor = join(here, '../demos/pictures/network/extractor.safetensors');

/** Modules that the worker implements for programs, with their exports: in Node, they are files beside the programs. */
const workerModules = { './options.ts': 'options', './show.ts': 'plot, image' };

/** The source file that `fit` imports on demand. Programs that train load it together with the rest. */
const trainingSource = 'packages/layers/src/model/train.ts';

/** Code that is in one file: what every program needs, training, and what most networks need. */
const groups = { base: ['worker'], training: [trainingSource], layers: ['p/02-xor-layers'] };

/**
 * Builds the files that programs in pages import. Code that the same programs need is in one file, so that a program downloads
 * what it uses, and the next one only what is new. Each specifier also has a file with all exports of its module.
 *
 * @param folder folder to write to, which is emptied
 * @returns what the build of the pages needs to know, which is also in `library.json`
 */
export async function buildLibrary(folder: string): Promise<LibraryBuild> {
  await rm(folder, { recursive: true, force: true });
  const staging = join(folder, 'staging');
  const modules = [...importableModules()].map(
    ([specifier, source]) => [specifier, { source, file: fileOf(specifier) }] as const,
  );
  const files = await bundle({
    entries: {
      worker: join(here, '../worker/worker.ts'),
      bench: join(here, '../benchmarks/worker.ts'),
      ...(await demoPrograms()),
      ...Object.fromEntries(modules.map(([, { source, file }]) => [file.replace(/\.js$/, ''), source])),
    },
    programs: await publishedSources(),
    groups,
  });
  for (const { path, code } of files) {
    await mkdir(dirname(join(staging, path)), { recursive: true });
    await writeFile(join(staging, path), code);
  }
  const table: Record<string, string> = Object.fromEntries(modules.map(([specifier, { file }]) => [specifier, file]));
  for (const [specifier, names] of Object.entries(workerModules)) {
    const file = fileOf(specifier);
    await writeFile(join(staging, file), `export { ${names} } from '../worker.js';\n`);
    table[specifier] = file;
  }
  const exports = exportTable(files, new Map(modules), (source) => readFileSync(source, 'utf8'));
  await writeFile(join(staging, 'exports.json'), JSON.stringify(exports));
  await cp(join(tutorial, 'data'), join(staging, 'data'), { recursive: true });
  await cp(extractor, join(staging, 'data', basename(extractor)));

  const hash = await hashOf(staging);
  await cp(staging, join(folder, hash), { recursive: true });
  await rm(staging, { recursive: true });
  await mkdir(join(folder, 'mnist'));
  for (const file of digits) await cp(file, join(folder, 'mnist', basename(file)));
  const result: LibraryBuild = {
    manifest: { folder: `${basename(folder)}/${hash}/`, preload: withImports(files, ['worker.js']), modules: table },
    exports,
    imports: Object.fromEntries(files.map(({ path, imports }) => [path, imports])),
    training: trainingFiles(files),
  };
  await writeFile(join(folder, 'library.json'), JSON.stringify(result));
  return result;
}

/** Returns files with all that they import. */
function withImports(files: readonly LibraryFile[], names: readonly string[]): readonly string[] {
  const all = new Set<string>(names);
  for (const name of all) {
    for (const other of files.find(({ path }) => path === name)?.imports ?? []) all.add(other);
  }
  return [...all];
}

/**
 * Returns the files that training loads on demand.
 *
 * @throws Error if the source file has moved
 */
function trainingFiles(files: readonly LibraryFile[]): readonly string[] {
  const file = files.find(({ sources }) => sources.some((one) => one.endsWith(trainingSource)));
  if (file === undefined) throw new Error(`No file of the library contains ${trainingSource}.`);
  return withImports(files, [file.path]);
}

/** Returns the text of the programs in the tutorial and in guides, without types, by name. */
async function publishedSources(): Promise<Record<string, string>> {
  const folders = [join(tutorial, 'src'), join(here, '../programs')];
  const programs: Record<string, string> = {};
  for (const folder of folders) {
    for (const file of (await readdir(folder)).sort()) {
      if (!/^(?!options|show|main)[\w-]+\.ts$/.test(file)) continue;
      const text = await readFile(join(folder, file), 'utf8');
      if (/from 'node:/.test(text)) continue;
      const options = { transforms: ['typescript' as const], disableESTransforms: true, keepUnusedImports: true };
      programs[basename(file, '.ts')] = transform(text, options).code;
    }
  }
  return programs;
}

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
