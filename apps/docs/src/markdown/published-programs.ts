import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '../compiler/compile.ts';
import type { LibraryBuild } from '../library/manifest.ts';

/** A compiled program. */
export interface PublishedProgram {
  /** Name of the file in `programs/`, without extension. */
  readonly hash: string;
  /** Files of the library that the program needs besides those of the worker. */
  readonly files: readonly string[];
}

/** The compiled programs of all pages, by hash. Files in `programs/` of the library's folder. */
export class PublishedPrograms {
  readonly #codes = new Map<string, string>();
  readonly #library: LibraryBuild;

  constructor(library: LibraryBuild) {
    this.#library = library;
  }

  /**
   * Compiles a program of a page.
   *
   * @param name name of the program in stacks, without extension
   * @param page the page, for error messages
   * @returns name of the compiled file, without extension, and the files of the library that it needs besides those of the worker
   * @throws Error for a program that does not compile
   */
  add(source: string, name: string, page: string): PublishedProgram {
    const { manifest, exports: table, imports, training } = this.#library;
    const used = new Set<string>(/\.fit\(/.test(source) ? training : []);
    const urlOf = (file: string) => {
      used.add(file);
      return `../${file}`;
    };
    const resolve = (specifier: string) =>
      Object.hasOwn(manifest.modules, specifier) ? urlOf(manifest.modules[specifier]) : undefined;
    let code: string;
    try {
      code = compile(source, { resolve, name: `${name}.ts`, library: { table, urlOf } });
    } catch (cause) {
      throw new Error(`The program '${name}' in ${page} does not compile: ${cause}`, { cause });
    }
    const hash = createHash('sha256').update(code).digest('hex').slice(0, 12);
    this.#codes.set(hash, code);
    for (const file of used) for (const other of imports[file] ?? []) used.add(other);
    return { hash, files: [...used].filter((file) => !manifest.preload.includes(file)) };
  }

  /** Returns the compiled code of a file; undefined if there is no such file. */
  codeOf(hash: string): string | undefined {
    return this.#codes.get(hash);
  }

  /** Writes all compiled programs. */
  async write(site: string): Promise<void> {
    const folder = join(site, this.#library.manifest.folder, 'programs');
    await mkdir(folder, { recursive: true });
    await Promise.all([...this.#codes].map(([hash, code]) => writeFile(join(folder, `${hash}.js`), code)));
  }
}
