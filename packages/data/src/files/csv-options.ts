import type { HostArray } from '@manabi/ir';
import type { SourceOptions } from './sources.ts';

/**
 * Type of a column: `number` and `boolean` become JavaScript values, which `batch` stores as float32 and bool; `int32` becomes a
 * host array of rank 0, which keeps its dtype.
 */
export type CsvColumnType = 'number' | 'string' | 'boolean' | 'int32';

/** Value of a cell. */
export type CsvValue = number | string | boolean | HostArray;

/** A row of a CSV file: values by column name. */
export type CsvRow = Readonly<Record<string, CsvValue>>;

/** Options of `fromCsv`. */
export interface CsvOptions extends SourceOptions {
  /** Whether the first record contains the names of columns; true by default. */
  readonly header?: boolean;
  /** Names of the columns, instead of those in the header. Without header, the default is `column0`, `column1`, … */
  readonly columnNames?: readonly string[];
  /**
   * Types of columns by name. By default, a column is a `number` if all its values in the first 100 records are, and a `string`
   * otherwise.
   */
  readonly types?: Readonly<Record<string, CsvColumnType>>;
  /** Columns to keep, in this order; all by default. */
  readonly select?: readonly string[];
  /** Column of the labels: elements are then `[features, label]`. */
  readonly labelName?: string;
  /** Character between fields (default `,`). */
  readonly separator?: string;
  /** Texts of cells without a value (default: empty cells). They do not apply to columns of strings without a default. */
  readonly missingValues?: readonly string[];
  /** Values for cells without a value, by column. Without one, such a cell in a column of numbers or booleans is an error. */
  readonly defaults?: Readonly<Record<string, number | string | boolean>>;
}
