import type { ExportTable } from './export-table.ts';

/** What a page needs to know about the files that programs import. */
export interface LibraryManifest {
  /** Folder of the files, relative to the base of the site, such as `lib/1f3a…/`. Its name is a hash of their contents. */
  readonly folder: string;
  /** The files of the worker, which every run needs. */
  readonly preload: readonly string[];
  /** For each specifier that programs can import, the file in the folder with all its exports. */
  readonly modules: Readonly<Record<string, string>>;
}

/** What the build of the pages needs to know. */
export interface LibraryBuild {
  readonly manifest: LibraryManifest;
  readonly exports: ExportTable;
  /** For each file, the files that it imports statically. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** The files that programs that train load on demand. */
  readonly training: readonly string[];
}
