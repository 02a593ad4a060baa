import type { FileFormat } from './file-format.ts';

/** Description of an array or tensor in a file. */
export interface ArrayReport {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Contents of a file, as `inspect` prints them. */
export interface FileReport {
  readonly format: FileFormat;
  /** Metadata of the file: versions, names, options. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Weights and other arrays. */
  readonly arrays: readonly ArrayReport[];
}
