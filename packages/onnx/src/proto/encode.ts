import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { WIRE_TYPES } from './decode.ts';
import type { Field, ScalarField, ScalarKind } from './fields.ts';
import { type Message, type MessageName, messages } from './messages.ts';

/**
 * Encodes a protobuf message. Writes the fields in the order of their numbers, then the fields in `unknown`.
 *
 * @param name name of the message type in the standard, such as `ModelProto`
 */
export function encode<M extends MessageName>(name: M, message: Message<M>): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeMessage(writer, name, message);
  return writer.finish();
}

const tables = new Map<string, readonly (readonly [key: string, field: Field])[]>(
  Object.entries(messages).map(([name, fields]) => [
    name,
    Object.entries<Field>(fields).sort(([, a], [, b]) => a.number - b.number),
  ]),
);

function writeMessage(writer: BinaryWriter, name: string, message: object): void {
  const values = new Map<string, unknown>(Object.entries(message));
  for (const [key, field] of tables.get(name) ?? []) {
    const value = values.get(key);
    if (value !== undefined) writeField(writer, field, value);
  }
  const unknown = values.get('unknown');
  if (unknown instanceof Uint8Array) writer.raw(unknown);
}

function writeField(writer: BinaryWriter, field: Field, value: unknown): void {
  const list: readonly unknown[] = field.times === 'one' ? [value] : Array.isArray(value) ? value : [];
  if (!('message' in field)) {
    writeScalars(writer, field, list);
    return;
  }
  for (const inner of list) {
    writer.tag(field.number, WireType.LengthDelimited).fork();
    if (typeof inner === 'object' && inner !== null) writeMessage(writer, field.message, inner);
    writer.join();
  }
}

function writeScalars(writer: BinaryWriter, { number, scalar, times }: ScalarField, list: readonly unknown[]): void {
  const write = WRITERS[scalar];
  if (times === 'packed') {
    if (list.length === 0) return;
    writer.tag(number, WireType.LengthDelimited).fork();
    for (const value of list) write(writer, value);
    writer.join();
    return;
  }
  for (const value of list) write(writer.tag(number, WIRE_TYPES[scalar]), value);
}

// The types of messages ensure the type of each value; the conversions are only for the type checker.
const WRITERS: { readonly [K in ScalarKind]: (writer: BinaryWriter, value: unknown) => void } = {
  int64: (writer, value) => writer.int64(typeof value === 'bigint' ? value : String(value)),
  uint64: (writer, value) => writer.uint64(typeof value === 'bigint' ? value : String(value)),
  int32: (writer, value) => writer.int32(Number(value)),
  float: (writer, value) => writer.float(Number(value)),
  double: (writer, value) => writer.double(Number(value)),
  string: (writer, value) => writer.string(String(value)),
  bytes: (writer, value) => writer.bytes(value instanceof Uint8Array ? value : new Uint8Array()),
};
