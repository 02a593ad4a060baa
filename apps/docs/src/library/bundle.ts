import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rollup } from 'vite';
import { importableModules } from './modules.ts';

/** A file of the library. */
export interface LibraryFile {
  /** Path in the folder of the library. */
  readonly path: string;
  readonly code: string;
  /** Files that it imports statically. */
  readonly imports: readonly string[];
  /** Source files of which it contains code. */
  readonly sources: readonly string[];
}

/** What to bundle. */
export interface BundleOptions {
  /** Source files by the path of their file in the library, without extension. All their exports stay. */
  readonly entries: Readonly<Record<string, string>>;
  /**
   * Text of programs by name. Code that the same programs need is in one file, so that a program downloads little else. The
   * programs themselves are not part of the library.
   */
  readonly programs: Readonly<Record<string, string>>;
  /**
   * Groups of code that is in one file, by its name: all that is loaded with an entry (`worker`), a program (`p/NAME`), or the
   * source file that ends in a text. Code of earlier groups is left out.
   */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

const here = fileURLToPath(new URL('.', import.meta.url));

/** Smaller files are merged with others, if no program then downloads much more. In bytes before compression. */
const SMALL_FILE = 1500;

/** Begins the identifiers of programs, which are not files. */
const PROGRAM = '\0program:';

/** Bundles the library into files that share code. */
export async function bundle({ entries, programs, groups }: BundleOptions): Promise<readonly LibraryFile[]> {
  const groupOf = new Map<string, string>();
  const output = { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' };
  const { NODE_ENV } = process.env;
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: here,
    publicDir: false,
    resolve: { conditions: ['@manabi/source', 'module', 'browser'] },
    plugins: [pageDatasets, programModules(programs)],
    build: {
      write: false,
      target: 'es2022',
      minify: 'esbuild',
      modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: {
        input: {
          ...entries,
          ...Object.fromEntries(Object.keys(programs).map((name) => [`p/${name}`, PROGRAM + name])),
        },
        preserveEntrySignatures: 'strict',
        // The first form has a file for each set of entries that need its code. It shows what is loaded together.
        output: [
          {
            ...output,
            plugins: [{ name: 'groups', generateBundle: (_, files) => collectGroups(files, groups, groupOf) }],
          },
          {
            ...output,
            manualChunks: (id) => groupOf.get(id),
            onlyExplicitManualChunks: true,
            experimentalMinChunkSize: SMALL_FILE,
          },
        ],
      },
    },
  });
  // Vite sets NODE_ENV to production, which would make the server of `npm run docs -- dev` look for built pages.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  const last = [result].flat().at(-1);
  if (last === undefined || !('output' in last)) throw new Error('Vite did not return the files of the library.');
  return last.output.flatMap((file) => {
    if (file.type !== 'chunk') throw new Error(`The library contains ${file.fileName}, which is no script.`);
    const { fileName: path, code, imports, dynamicImports: onDemand, modules } = file;
    if (path.startsWith('p/')) return [];
    const lost = [...imports, ...onDemand].find((other) => other.startsWith('p/'));
    if (lost !== undefined) throw new Error(`${path} of the library needs code that is in the program ${lost}.`);
    return [{ path, code, imports, sources: Object.keys(modules) }];
  });
}

/** Finds out which modules the groups consist of. */
function collectGroups(
  files: Rollup.OutputBundle,
  groups: BundleOptions['groups'],
  groupOf: Map<string, string>,
): void {
  const chunks = Object.values(files).filter((file) => file.type === 'chunk');
  for (const [group, roots] of Object.entries(groups)) {
    const found = roots.map((root) => {
      const chunk = chunks.find(
        ({ fileName, moduleIds }) => fileName === `${root}.js` || moduleIds.some((id) => id.endsWith(root)),
      );
      if (chunk === undefined) throw new Error(`The library contains no ${root}.`);
      return chunk.fileName;
    });
    const all = new Set(found);
    for (const name of all) {
      const chunk = files[name];
      if (chunk?.type !== 'chunk') continue;
      for (const other of chunk.imports) all.add(other);
      // Neither programs nor the modules of workers, which run when they are imported, may be part of a shared file.
      for (const id of chunk.moduleIds) {
        const isRoot = chunk.isEntry && chunk.facadeModuleId === id && found.includes(name);
        if (!id.startsWith(PROGRAM) && !isRoot && !groupOf.has(id)) groupOf.set(id, group);
      }
    }
  }
}

/** Replaces the loader of MNIST by one that reads the files of the site. */
const pageDatasets: Plugin = {
  name: 'page-datasets',
  enforce: 'pre',
  resolveId: (source, importer = '') =>
    /\/mnist\.ts$/.test(source) && /datasets[\\/]src/.test(importer) ? join(here, 'page-mnist.ts') : undefined,
};

/** Provides the programs, which see only what programs can import. */
const programModules = (programs: Readonly<Record<string, string>>): Plugin => {
  const modules = importableModules();
  return {
    name: 'programs',
    enforce: 'pre',
    resolveId: (source, importer = '') => {
      if (source.startsWith(PROGRAM)) return source;
      return importer.startsWith(PROGRAM) ? (modules.get(source) ?? { id: source, external: true }) : undefined;
    },
    load: (id) => (id.startsWith(PROGRAM) ? programs[id.slice(PROGRAM.length)] : undefined),
  };
};
