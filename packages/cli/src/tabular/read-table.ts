import { extname } from 'node:path';
import { didYouMean } from '@manabi/errors/internal';
import { data, ManabiError } from 'manabi';

/** A row of a table. */
export interface TableRow {
  /** Number of the row, from 1, without that of the names of the columns. */
  readonly number: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** The cells of a CSV file as texts. */
export interface Table {
  readonly source: string;
  /** Names of the columns. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Returns whether a path is that of a table: `.csv` or `.tsv`, also compressed by gzip. */
export function isTable(path: string): boolean {
  return /\.[ct]sv(\.gz)?$/i.test(path);
}

/**
 * Reads a CSV file, or a TSV file with tabs between the cells. The first line contains the names of the columns.
 *
 * @throws ManabiError `data` for an empty table, and rows with another number of cells; FileError if the file cannot be read
 */
export async function readTable(source: string): Promise<Table> {
  const separator = extname(source.replace(/\.gz$/i, '')).toLowerCase() === '.tsv' ? '\t' : ',';
  const [line = ''] = await data.fromTextLines(source).take(1).toArray();
  // As a row, the names are read without the types that the values of the file have.
  const names = new Blob([`${line}\n${line}\n`]);
  const [head] = await data.fromCsv(names, { separator, missingValues: [] }).toArray();
  const columns = Object.keys(head ?? {});
  const types = Object.fromEntries(columns.map((name) => [name, 'string' as const]));
  const found = await data.fromCsv<Readonly<Record<string, string>>>(source, { separator, types }).toArray();
  if (found.length === 0) throw new ManabiError('data', `${source} contains no rows.`, { data: { source } });
  const rows = found.map((cells, i) => ({ number: i + 1, cells }));
  return { source, columns, rows };
}

/**
 * Checks that a table has columns.
 *
 * @throws ManabiError `data` for a missing column, with the nearest names
 */
export function checkColumns({ source, columns }: Table, needed: readonly string[]): void {
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  const list = missing.map((name) => `'${name}'`).join(', ');
  throw new ManabiError('data', `${source} has no column ${list}. ${didYouMean(missing[0], columns)}`, {
    data: { source, missing, columns },
  });
}

/** Texts of cells without a value. */
const MISSING: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null', '?']);

/** Returns whether a cell has no value. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.trim().toLowerCase());
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Returns the number in a cell; null if the cell has no value or is not a finite number. */
export function numberIn(cell: string): number | null {
  const value = NUMBER.test(cell.trim()) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** Returns the error for a cell that is not valid. */
export function wrongCell(
  { source }: Table,
  { number, cells }: TableRow,
  column: string,
  problem: string,
): ManabiError {
  const cell = cells[column];
  return new ManabiError('data', `${source}, row ${number}: column '${column}' ${problem}.`, {
    data: { source, row: number, column, cell },
  });
}
