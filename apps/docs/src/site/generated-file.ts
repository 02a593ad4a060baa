/** A file that a build step writes below `pages/`. */
export interface GeneratedFile {
  /** Path below `pages/`, such as `reference/core/add.md`. */
  readonly path: string;
  readonly content: string;
}
