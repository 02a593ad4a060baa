import type { SourceOptions } from './sources.ts';

/** Value of a cell of a Parquet file. 64-bit integers that a number cannot represent are bigints. */
export type ParquetValue =
  | number
  | string
  | boolean
  | bigint
  | Date
  | Uint8Array
  | null
  | readonly ParquetValue[]
  | { readonly [key: string]: ParquetValue };

/** Options of `fromParquet`. */
export interface ParquetOptions extends SourceOptions {
  /** Columns to read (default: all). The bytes of other columns are not read. */
  readonly columns?: readonly string[];
}
