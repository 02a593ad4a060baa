import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { FileError } from '@manabi/files';
import type { Field, ScalarKind, ScalarValues } from './fields.ts';
import { type Message, type MessageName, messages } from './messages.ts';

/**
 * Largest depth of nested messages that the decoder accepts. Files of graphs with nested loops have a depth of about
 * 20.
 */
const MOST_LEVELS = 100;

/**
 * Decodes a protobuf message. Values of type bytes are views of `bytes`, not copies. Fields that the standard does not
 * define are kept, still encoded, in the property `unknown`.
 *
 * @param name name of the message type in the standard, such as `ModelProto`
 * @param source name of the file for error messages
 * @throws FileError `corrupt` if the bytes are not such a message; `data` contains the path of the invalid field and
 * its byte offset
 */
export function decode<M extends MessageName>(name: M, bytes: Uint8Array, source = 'the data'): Message<M> {
  // `decodeMessage` reads the fields that the table `messages` lists, from which the return type is derived. TypeScript
  // cannot infer this from its loop.
  return decodeMessage(name, bytes, { source, path: [name] }) as Message<M>;
}

interface Location {
  readonly source: string;
  readonly path: readonly string[];
}

/**
 * A nested message that is not decoded yet. If a field that is not repeated occurs several times, `chunks` contains the
 * bytes of each occurrence, because protobuf merges them to one message.
 */
interface Part {
  readonly name: string;
  readonly chunks: Uint8Array[];
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

function decodeMessage(name: string, bytes: Uint8Array, location: Location): Record<string, unknown> {
  const { path } = location;
  if (path.length > MOST_LEVELS) throw corrupt(location, 0, `messages are nested more than ${MOST_LEVELS} levels deep`);
  const table = tables.get(name);
  if (table === undefined) throw corrupt(location, 0, `the message type ${name} is unknown`);
  const reader = new BinaryReader(bytes);
  const message: Record<string, unknown> = {};
  const unknown: Uint8Array[] = [];
  const parts = new Map<string, Part>();
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
      const { key, field } = known;
      if ('message' in field && field.times === 'one') {
        const { chunks = [] } = parts.get(key) ?? {};
        chunks.push(reader.bytes());
        parts.set(key, { name: field.message, chunks });
      } else readField(message, known, reader, wireType, location);
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw corrupt(location, start, error instanceof Error ? error.message : String(error), error);
  }
  for (const [key, { name, chunks }] of parts)
    message[key] = decodeMessage(name, joined(chunks), within(location, key));
  if (unknown.length > 0) message.unknown = joined(unknown);
  return message;
}

function within(location: Location, key: string): Location {
  return { ...location, path: [...location.path, key] };
}

function readField(
  message: Record<string, unknown>,
  { key, field }: NamedField,
  reader: BinaryReader,
  wireType: WireType,
  location: Location,
): void {
  if ('message' in field) {
    listOf(message, key).push(decodeMessage(field.message, reader.bytes(), within(location, key)));
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

/**
 * Returns whether a wire type is valid for a field. Repeated numbers may be encoded in one block or with separate tags,
 * whichever of the two `messages` states.
 */
function fits(field: Field, wireType: WireType): boolean {
  if ('message' in field) return wireType === WireType.LengthDelimited;
  return wireType === WIRE_TYPES[field.scalar] || (field.times !== 'one' && wireType === WireType.LengthDelimited);
}

/** Protobuf wire type of a value that is not packed, for each encoding. */
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
  if (chunks.length === 1) return chunks[0];
  const result = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result;
}

function corrupt({ source, path }: Location, offset: number, why: string, cause?: unknown): FileError {
  return new FileError(
    'corrupt',
    `${source} is not a valid ${path[0]}: at byte ${offset} of ${path.join('.')}, ${why}. The file may be truncated, or of ` +
      'another format.',
    { data: { source, path, offset }, ...(cause === undefined ? {} : { cause }) },
  );
}
