import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { FileError } from '@manabi/files';
import type { Field, ScalarKind, ScalarValues } from './fields.ts';
import { type Message, type MessageName, messages } from './messages.ts';

/** Messages within messages, at most. Graphs of loops within loops need some twenty. */
const MOST_LEVELS = 100;

/**
 * A message from its bytes. Bytes fields are views of `bytes`, not copies. Fields that the standard does not name are
 * kept in `unknown`.
 *
 * @param name of the message, as in the standard
 * @param source what the bytes are of, for errors
 * @throws FileError `corrupt` for bytes that are no such message, with the path of fields and the offset
 * @example `const model = decode('ModelProto', await readBytes('model.onnx'));`
 */
export function decode<M extends MessageName>(name: M, bytes: Uint8Array, source = 'the data'): Message<M> {
  // The table says what each field holds, and the decoder follows it; the compiler cannot see that through the loop.
  return decodeMessage(name, bytes, { source, path: [name] }) as Message<M>;
}

interface Place {
  readonly source: string;
  readonly path: readonly string[];
}

interface NamedField {
  readonly key: string;
  readonly field: Field;
}

const tables = new Map<string, ReadonlyMap<number, NamedField>>(
  Object.entries(messages).map(([name, fields]) => [
    name,
    new Map(Object.entries(fields).map(([key, field]): [number, NamedField] => [field.number, { key, field }])),
  ]),
);

function decodeMessage(name: string, bytes: Uint8Array, place: Place): Record<string, unknown> {
  const { path } = place;
  if (path.length > MOST_LEVELS) throw corrupt(place, 0, `there are more than ${MOST_LEVELS} messages within messages`);
  const table = tables.get(name);
  if (table === undefined) throw corrupt(place, 0, `there is no message ${name}`);
  const reader = new BinaryReader(bytes);
  const message: Record<string, unknown> = {};
  const unknown: Uint8Array[] = [];
  let start = 0;
  try {
    while (reader.pos < reader.len) {
      start = reader.pos;
      const [number, wireType] = reader.tag();
      const known = table.get(number);
      if (known === undefined || !fits(known.field, wireType)) {
        reader.skip(wireType, number, MOST_LEVELS);
        unknown.push(bytes.subarray(start, reader.pos));
        continue;
      }
      readField(message, known, reader, wireType, place);
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw corrupt(place, start, error instanceof Error ? error.message : String(error), error);
  }
  if (unknown.length > 0) message.unknown = joined(unknown);
  return message;
}

function readField(
  message: Record<string, unknown>,
  { key, field }: NamedField,
  reader: BinaryReader,
  wireType: WireType,
  place: Place,
): void {
  if ('message' in field) {
    const inner = decodeMessage(field.message, reader.bytes(), { ...place, path: [...place.path, key] });
    if (field.times === 'many') listOf(message, key).push(inner);
    // A message that stands twice is one message, says protobuf: what comes later is added to it.
    else message[key] = merged(message[key], inner);
    return;
  }
  const { scalar, times } = field;
  if (times === 'one') {
    message[key] = READERS[scalar](reader);
    return;
  }
  const list = listOf(message, key);
  if (wireType !== WireType.LengthDelimited || WIRE_TYPES[scalar] === WireType.LengthDelimited) {
    list.push(READERS[scalar](reader));
    return;
  }
  const block = new BinaryReader(reader.bytes());
  while (block.pos < block.len) list.push(READERS[scalar](block));
}

function listOf(message: Record<string, unknown>, key: string): unknown[] {
  const known = message[key];
  if (Array.isArray(known)) return known;
  const list: unknown[] = [];
  message[key] = list;
  return list;
}

function merged(known: unknown, later: Record<string, unknown>): unknown {
  if (typeof known !== 'object' || known === null) return later;
  const result: Record<string, unknown> = { ...known };
  for (const [key, value] of Object.entries(later)) {
    const before = result[key];
    if (Array.isArray(before) && Array.isArray(value)) result[key] = [...before, ...value];
    else if (before instanceof Uint8Array && value instanceof Uint8Array && key === 'unknown') {
      result[key] = joined([before, value]);
    } else result[key] = isMessage(before) && isMessage(value) ? merged(before, value) : value;
  }
  return result;
}

function isMessage(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Numbers of a repeated field may come in a block or one by one, whatever the table says. */
function fits(field: Field, wireType: WireType): boolean {
  if ('message' in field) return wireType === WireType.LengthDelimited;
  return wireType === WIRE_TYPES[field.scalar] || (field.times !== 'one' && wireType === WireType.LengthDelimited);
}

/** The wire type of a single value. */
export const WIRE_TYPES: { readonly [K in ScalarKind]: WireType } = {
  int64: WireType.Varint,
  uint64: WireType.Varint,
  int32: WireType.Varint,
  float: WireType.Bit32,
  double: WireType.Bit64,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

const READERS: { readonly [K in ScalarKind]: (reader: BinaryReader) => ScalarValues[K] } = {
  int64: (reader) => BigInt(reader.int64()),
  uint64: (reader) => BigInt(reader.uint64()),
  int32: (reader) => reader.int32(),
  float: (reader) => reader.float(),
  double: (reader) => reader.double(),
  string: (reader) => reader.string(),
  bytes: (reader) => reader.bytes(),
};

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result;
}

function corrupt({ source, path }: Place, offset: number, why: string, cause?: unknown): FileError {
  return new FileError(
    'corrupt',
    `${source} is no ${path[0]}: at byte ${offset} of ${path.join('.')}, ${why}. The file may be cut off, or be of ` +
      'another kind.',
    { data: { source, path, offset }, ...(cause === undefined ? {} : { cause }) },
  );
}
