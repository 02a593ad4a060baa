/** What a page needs to know about the files that programs import. */
export interface LibraryManifest {
  /** Folder of the files, relative to the base of the site, such as `lib/1f3a…/`. Its name is a hash of their contents. */
  readonly folder: string;
  /** The files that a run downloads before the program starts. */
  readonly preload: readonly string[];
  /** For each specifier that programs can import, the file in the folder. */
  readonly modules: Readonly<Record<string, string>>;
}
