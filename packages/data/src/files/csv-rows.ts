import { ManabiError } from '@manabi/errors';
import { unknownName } from '@manabi/errors/internal';
import { type FileSource, nameOf } from '@manabi/files';
import { hostArray } from '@manabi/ir';
import { throwIfAborted } from '../abort.ts';
import type { Open } from '../lazy-stage.ts';
import { pacer } from '../pacer.ts';
import type { CsvColumnType, CsvOptions, CsvValue } from './csv-options.ts';
import { type CsvRecord, recordsOf } from './csv-records.ts';
import type { SourceOptions } from './sources.ts';

/** Options of `fromCsv` with defaults. */
interface Facts extends Omit<CsvOptions, keyof SourceOptions> {
  readonly header: boolean;
  readonly types: NonNullable<CsvOptions['types']>;
  readonly separator: string;
  readonly missingValues: readonly string[];
  readonly defaults: NonNullable<CsvOptions['defaults']>;
}

/** A column to keep. */
interface Column {
  readonly name: string;
  /** Position of the column in the records. */
  readonly position: number;
  readonly type: CsvColumnType;
}

/** Number of records from which the types of columns are inferred. */
const INFERRED = 100;

const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;

/** Returns the rows of CSV files. */
export function csvRows(files: readonly FileSource[], facts: Facts, options: SourceOptions): Open<unknown> {
  return async function* open(signal) {
    let columns: readonly Column[] | undefined;
    let names: readonly string[] | undefined;
    const pace = pacer();
    for (const file of files) {
      const records = recordsOf(file, facts.separator, options, signal);
      try {
        const head = await firstRecords(records, columns === undefined ? INFERRED + 1 : 1);
        const here = namesOf(nameOf(file), head, facts);
        if (here === undefined) continue;
        if (names !== undefined && names.join('\n') !== here.join('\n')) throw otherColumns(file, names, here);
        names = here;
        const body = facts.header ? head.slice(1) : head;
        columns ??= columnsOf(nameOf(file), names, body, facts);
        for await (const record of chained(body, records)) {
          const pause = pace();
          if (pause !== undefined) await pause;
          throwIfAborted(signal);
          yield elementOf(record, nameOf(file), names.length, columns, facts);
        }
      } finally {
        await records.return();
      }
    }
  };
}

async function firstRecords(
  records: AsyncGenerator<CsvRecord, void, undefined>,
  most: number,
): Promise<readonly CsvRecord[]> {
  const first: CsvRecord[] = [];
  while (first.length < most) {
    const { done, value } = await records.next();
    if (done) break;
    first.push(value);
  }
  return first;
}

async function* chained<T>(first: readonly T[], rest: AsyncGenerator<T, void, undefined>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}

/** Returns the names of the columns of a file; undefined if the file is empty. */
function namesOf(
  source: string,
  [first]: readonly CsvRecord[],
  { header, columnNames }: Facts,
): readonly string[] | undefined {
  if (first === undefined) {
    if (!header) return undefined;
    throw new ManabiError('data', `${source} is empty; expected a header with the names of columns.`, {
      op: 'fromCsv',
      data: { source },
    });
  }
  const { fields } = first;
  // A byte order mark at the start of the file has been dropped by the decoder.
  const names = columnNames ?? (header ? fields.map((name) => name.trim()) : fields.map((_, i) => `column${i}`));
  if (names.length !== fields.length) {
    throw new ManabiError(
      'argument',
      `\`columnNames\` must name the ${fields.length} columns of ${source}; got ${names.length} names.`,
      { op: 'fromCsv', data: { name: 'columnNames', source, expected: fields.length, got: names.length } },
    );
  }
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double === undefined) return names;
  throw new ManabiError('data', `${source} has two columns '${double}'. Pass other names as \`columnNames\`.`, {
    op: 'fromCsv',
    data: { source, column: double },
  });
}

function otherColumns(file: FileSource, expected: readonly string[], got: readonly string[]): ManabiError {
  return new ManabiError(
    'data',
    `${nameOf(file)} has the columns ${got.join(', ')}; the first file has ${expected.join(', ')}. All files must have the same columns.`,
    { op: 'fromCsv', data: { source: nameOf(file), expected, got } },
  );
}

/** Returns the columns to keep, the label last, with the types that are given or inferred. */
function columnsOf(
  source: string,
  names: readonly string[],
  body: readonly CsvRecord[],
  facts: Facts,
): readonly Column[] {
  const { select, labelName, types, defaults } = facts;
  const check = (option: string, name: string): string => {
    if (names.includes(name)) return name;
    throw unknownName({ op: 'fromCsv', name: option }, `a column of ${source}`, name, names);
  };
  for (const name of Object.keys(types)) check('types', name);
  for (const name of Object.keys(defaults)) check('defaults', name);
  const kept = select?.map((name) => check('select', name)) ?? names.filter((name) => name !== labelName);
  const label = labelName === undefined ? [] : [check('labelName', labelName)];
  return [...kept, ...label].map((name) => {
    const position = names.indexOf(name);
    return { name, position, type: types[name] ?? inferred(body, position, facts) };
  });
}

function inferred(body: readonly CsvRecord[], position: number, { missingValues }: Facts): CsvColumnType {
  const cells = body
    .map(({ fields }) => fields[position] ?? '')
    .filter((cell) => !missingValues.includes(cell) && cell.trim() !== '');
  return cells.length > 0 && cells.every((cell) => NUMBER.test(cell.trim())) ? 'number' : 'string';
}

function elementOf(
  record: CsvRecord,
  source: string,
  count: number,
  columns: readonly Column[],
  facts: Facts,
): unknown {
  const { fields, line } = record;
  if (fields.length !== count) {
    throw new ManabiError(
      'data',
      `The record at line ${line} of ${source} has ${fields.length} fields; expected ${count}. Check its separators and quotes.`,
      { op: 'fromCsv', data: { source, line, expected: count, got: fields.length } },
    );
  }
  const values = columns.map((column) => [column.name, cellValue(column, fields, source, line, facts)] as const);
  if (facts.labelName === undefined) return Object.fromEntries(values);
  const label = values[values.length - 1][1];
  return [Object.fromEntries(values.slice(0, -1)), label];
}

function cellValue(
  { name, position, type }: Column,
  fields: readonly string[],
  source: string,
  line: number,
  { missingValues, defaults }: Facts,
): CsvValue {
  const cell = fields[position];
  const isMissing = missingValues.includes(cell);
  const hasDefault = Object.hasOwn(defaults, name);
  if (type === 'string') return isMissing && hasDefault ? String(defaults[name]) : cell;
  const fail = (problem: string): ManabiError =>
    new ManabiError('data', `Column '${name}' of the record at line ${line} of ${source} ${problem}`, {
      op: 'fromCsv',
      data: { source, line, column: name, value: cell, type },
    });
  if (isMissing && !hasDefault) throw fail(`has no value. Pass one as defaults: { ${JSON.stringify(name)}: … }.`);
  const value = isMissing ? defaults[name] : parsed(cell.trim(), type);
  if (type === 'boolean' && typeof value === 'boolean') return value;
  if (type === 'number' && typeof value === 'number') return value;
  if (type === 'int32' && isInt32(value)) return hostArray('int32', [], Int32Array.of(value));
  throw fail(
    `is not a value of type ${type}: ${JSON.stringify(cell.slice(0, 100))}. Pass its type as types: { ${JSON.stringify(name)}: 'string' }, or list it in \`missingValues\`.`,
  );
}

/** Parses a cell; returns undefined for a value of another type. */
function parsed(cell: string, type: CsvColumnType): number | boolean | undefined {
  if (type === 'boolean') {
    if (/^(?:true|1)$/i.test(cell)) return true;
    return /^(?:false|0)$/i.test(cell) ? false : undefined;
  }
  if (!NUMBER.test(cell)) return undefined;
  if (/nan$/i.test(cell)) return Number.NaN;
  if (/inf/i.test(cell)) return cell.startsWith('-') ? -Infinity : Infinity;
  return Number(cell);
}

function isInt32(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value;
}
