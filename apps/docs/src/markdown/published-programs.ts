import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '../compiler/compile.ts';
import type { LibraryManifest } from '../library/manifest.ts';

/** The compiled programs of all pages, by hash. Files in `programs/` of the library's folder. */
export class PublishedPrograms {
  readonly #codes = new Map<string, string>();
  readonly #library: LibraryManifest;

  constructor(library: LibraryManifest) {
    this.#library = library;
  }

  /**
   * Compiles a program of a page.
   *
   * @param name name of the program in stacks, without extension
   * @param page the page, for error messages
   * @returns name of the compiled file, without extension
   * @throws Error for a program that does not compile
   */
  add(source: string, name: string, page: string): string {
    const resolve = (specifier: string) =>
      Object.hasOwn(this.#library.modules, specifier) ? `../${this.#library.modules[specifier]}` : undefined;
    let code: string;
    try {
      code = compile(source, { resolve, name: `${name}.ts` });
    } catch (cause) {
      throw new Error(`The program '${name}' in ${page} does not compile: ${cause}`, { cause });
    }
    const hash = createHash('sha256').update(code).digest('hex').slice(0, 12);
    this.#codes.set(hash, code);
    return hash;
  }

  /** Returns the compiled code of a file; undefined if there is no such file. */
  codeOf(hash: string): string | undefined {
    return this.#codes.get(hash);
  }

  /** Writes all compiled programs. */
  async write(site: string): Promise<void> {
    const folder = join(site, this.#library.folder, 'programs');
    await mkdir(folder, { recursive: true });
    await Promise.all([...this.#codes].map(([hash, code]) => writeFile(join(folder, `${hash}.js`), code)));
  }
}
