import type { ExportTable } from '../library/export-table.ts';
import type { LibraryManifest } from '../library/manifest.ts';

/** Addresses of the files that programs import. */
export interface LibraryUrls {
  /** Address of the worker's module. */
  readonly worker: string;
  /** Returns the address of the compiled form of a program in a page. */
  readonly program: (hash: string) => string;
  /** Returns the address of the program of a demo. */
  readonly demo: (name: string) => string;
  /** The address that edited programs have as `import.meta.url`. */
  readonly edited: string;
  /** Returns the address of a module that programs import. */
  readonly module: (specifier: string) => string | undefined;
  /** Returns the address of a file of the library. */
  readonly file: (path: string) => string;
  /** Downloads which files contain the exports of modules, for edited programs. */
  readonly exports: () => Promise<ExportTable>;
  /** Starts to download everything that a run needs: the files of the worker, and those of the program. Each once per page. */
  readonly preload: (files?: readonly string[]) => void;
}

/** Returns absolute addresses: modules in blobs cannot import others. */
export function libraryUrls({ folder, preload, modules }: LibraryManifest, base: string): LibraryUrls {
  const url = (file: string) => new URL(base + folder + file, location.href).href;
  const loading = new Set<string>();
  return {
    worker: url('worker.js'),
    program: (hash) => url(`programs/${hash}.js`),
    demo: (name) => url(`demo-${name}.js`),
    edited: url('programs/edited.js'),
    module: (specifier) => (Object.hasOwn(modules, specifier) ? url(modules[specifier]) : undefined),
    file: url,
    exports: async () => (await fetch(url('exports.json'))).json(),
    preload: (files = []) => {
      for (const file of [...preload, ...files]) {
        if (loading.has(file)) continue;
        loading.add(file);
        fetch(url(file)).catch(() => loading.delete(file));
      }
    },
  };
}
