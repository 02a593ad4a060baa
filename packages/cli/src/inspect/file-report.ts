import type { FileFormat } from './file-format.ts';

/** An array or tensor in a file. */
export interface ArrayReport {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** What a file holds, without running it. */
export interface FileReport {
  readonly format: FileFormat;
  /** What it says of itself: versions, names, options. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Weights and other arrays. */
  readonly arrays: readonly ArrayReport[];
}
