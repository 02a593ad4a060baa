import { ManabiError } from '@manabi/errors';
import { describeValue, isHostArray, isPlainObject } from './structure.ts';

/** A row of a table: numbers, booleans and strings by name. */
export type RowRecord = Readonly<Record<string, number | boolean | string>>;

/** Returns whether a value is a list of records, as opposed to a tuple of structures of arrays. */
export function isListOfRecords(value: readonly unknown[]): value is readonly Readonly<Record<string, unknown>>[] {
  return value.length > 0 && value.every((item) => isPlainObject(item) && !isHostArray(item)) && isRowRecord(value[0]);
}

function isRowRecord(value: unknown): value is RowRecord {
  const isScalar = (field: unknown): boolean => ['number', 'boolean', 'string'].includes(typeof field);
  return isPlainObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isScalar);
}

/**
 * Returns the columns of a list of records.
 *
 * @throws ManabiError `argument` if a record has other fields or types than the first one
 */
export function columnsOf(
  op: string,
  records: readonly Readonly<Record<string, unknown>>[],
): Readonly<Record<string, readonly unknown[]>> {
  const [first] = records;
  const keys = Object.keys(first);
  for (const [i, record] of records.entries()) {
    const wrong = keys.find((key) => !Object.hasOwn(record, key) || typeof record[key] !== typeof first[key]);
    if (wrong === undefined && Object.keys(record).length === keys.length) continue;
    const problem =
      wrong === undefined
        ? `has the fields ${Object.keys(record).join(', ')}; the first one has ${keys.join(', ')}`
        : `has ${Object.hasOwn(record, wrong) ? describeValue(record[wrong]) : 'no value'} in the field '${wrong}'; the first one has ${describeValue(first[wrong])}`;
    throw new ManabiError('argument', `All records must have the same fields and types: record ${i} ${problem}.`, {
      op,
      data: { index: i, field: wrong },
    });
  }
  return Object.fromEntries(keys.map((key) => [key, records.map((record) => record[key])]));
}
