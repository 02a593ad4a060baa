import { ManabiError, name as nameKind, readArgument, text as textKind } from '@manabi/errors';
import { fromJson, toJson } from './numbers.ts';
import { type DashboardRecord, FORMAT_VERSION, type RecordType } from './record.ts';
import { recordKinds } from './record-kinds.ts';

/**
 * Returns a record as one line of JSON, without the line break.
 *
 * @throws ManabiError `argument` for values that are not records; `data` for a run of a newer version of the format
 * @example
 * ```ts
 * import { encodeRecord } from '@manabi/dashboard';
 *
 * const ended = { type: 'ended', run: 'a', time: 0, outcome: 'finished', message: '' } as const;
 * console.log(encodeRecord(ended)); // {"type":"ended","run":"a","time":0,"outcome":"finished","message":""}
 * ```
 */
export function encodeRecord(record: DashboardRecord): string {
  return toJson(checkRecord('encodeRecord', 'record', record));
}

/**
 * Parses a line that `encodeRecord` wrote.
 *
 * @throws ManabiError `argument` for text that is not a record; `data` for a run of a newer version of the format
 * @example
 * ```ts
 * import { decodeRecord } from '@manabi/dashboard';
 *
 * const line = '{"type":"ended","run":"a","time":0,"outcome":"finished","message":""}';
 * console.log(decodeRecord(line).type); // ended
 * ```
 */
export function decodeRecord(line: string): DashboardRecord {
  return decoded('decodeRecord', 'line', readArgument('decodeRecord', 'line', line, textKind));
}

/**
 * Parses the text of a file of records, one per line. An incomplete last line, which a killed process leaves behind, is
 * ignored.
 *
 * @param source name of the file for messages
 * @throws ManabiError `data` for a line that is not a record, with its number, and for a newer version of the format
 * @example
 * ```ts
 * import { decodeRecords } from '@manabi/dashboard';
 *
 * const text = '{"type":"ended","run":"a","time":0,"outcome":"finished","message":""}\n';
 * console.log(decodeRecords(text).length); // 1
 * ```
 */
export function decodeRecords(text: string, source = 'the file'): DashboardRecord[] {
  readArgument('decodeRecords', 'text', text, textKind);
  readArgument('decodeRecords', 'source', source, nameKind);
  const lines = text.split('\n');
  const isComplete = lines.at(-1) === '';
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [decoded('decodeRecords', 'record', line)];
    } catch (cause) {
      if (i === lines.length - 1 && !isComplete && cause instanceof SyntaxError) return [];
      if (cause instanceof ManabiError && cause.code === 'data') throw cause;
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new ManabiError('data', `Line ${i + 1} of ${source} is not a record of a dashboard: ${problem}`, {
        op: 'decodeRecords',
        data: { source, line: i + 1 },
        cause,
      });
    }
  });
}

function decoded(op: string, name: string, line: string): DashboardRecord {
  return checkRecord(op, name, fromJson(line));
}

/** @throws ManabiError `argument` unless a value is a record; `data` for a newer version */
function checkRecord(op: string, name: string, given: unknown): DashboardRecord {
  const type: unknown = typeof given === 'object' && given !== null && 'type' in given ? given.type : undefined;
  if (!isRecordType(type)) {
    const types = Object.keys(recordKinds).join(', ');
    throw new ManabiError(
      'argument',
      `\`${name}\` must be a record whose type is one of ${types}; got ${String(type)}.`,
      {
        op,
        data: { name, type: String(type) },
      },
    );
  }
  const version: unknown = typeof given === 'object' && given !== null && 'version' in given ? given.version : 0;
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    throw new ManabiError(
      'data',
      `The run was recorded in version ${version} of the format; this version of @manabi/dashboard reads versions up to ` +
        `${FORMAT_VERSION}. Update @manabi/dashboard.`,
      { op, data: { version, supported: FORMAT_VERSION } },
    );
  }
  // The validator of the type returns a value of the type.
  return readArgument(op, name, given, recordKinds[type]) as DashboardRecord;
}

function isRecordType(type: unknown): type is RecordType {
  return typeof type === 'string' && Object.hasOwn(recordKinds, type);
}
