import { kind, ManabiError, readArgument } from '@manabi/errors';
import { type Field, fieldsOf, readVarint } from './protobuf-fields.ts';

/** Values of a feature in a `tf.train.Example`. */
export type ExampleValues =
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'float'; readonly values: Float32Array }
  | { readonly kind: 'int64'; readonly values: BigInt64Array };

/** Kind of the values of a feature. */
export type ExampleFeature = ExampleValues['kind'];

const bytesKind = /* @__PURE__ */ kind('a Uint8Array', (given): given is Uint8Array => given instanceof Uint8Array);

/**
 * Parses a `tf.train.Example`, the usual content of a record in TFRecord files.
 *
 * @returns values by the name of the feature; features without a kind are omitted
 * @throws ManabiError `data` for bytes that are not such a message
 * @example
 * ```ts
 * import { parseExample } from '@manabi/data/files';
 *
 * const bytes = Uint8Array.of(10, 14, 10, 12, 10, 1, 120, 18, 7, 26, 5, 10, 3, 1, 2, 3);
 * console.log(parseExample(bytes).get('x')?.values.length); // 3
 * ```
 */
export function parseExample(bytes: Uint8Array): ReadonlyMap<string, ExampleValues> {
  readArgument('parseExample', 'bytes', bytes, bytesKind);
  try {
    return exampleOf(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ManabiError('data', `The record is not a tf.train.Example: ${cause.message}. Read its bytes instead.`, {
      op: 'parseExample',
      data: { bytes: bytes.length },
      cause,
    });
  }
}

function exampleOf(bytes: Uint8Array): ReadonlyMap<string, ExampleValues> {
  const found = new Map<string, ExampleValues>();
  for (const features of messagesIn(bytes)) {
    for (const entry of messagesIn(features)) {
      const parts = [...fieldsOf(entry)];
      const name = new TextDecoder().decode(parts.findLast(({ number, wire }) => number === 1 && wire === 2)?.bytes);
      const feature = parts.findLast(({ number, wire }) => number === 2 && wire === 2)?.bytes;
      const values = feature === undefined ? undefined : valuesOf(feature);
      if (values !== undefined) found.set(name, values);
    }
  }
  return found;
}

/** Returns the contents of the fields of number 1. */
function messagesIn(bytes: Uint8Array): readonly Uint8Array[] {
  return listOf1(bytes).map((field) => {
    if (field.wire === 2) return field.bytes;
    throw new RangeError('a part is not a message');
  });
}

function listOf1(bytes: Uint8Array): readonly Field[] {
  return [...fieldsOf(bytes)].filter(({ number }) => number === 1);
}

function valuesOf(feature: Uint8Array): ExampleValues | undefined {
  const list = [...fieldsOf(feature)].findLast(({ number, wire }) => number >= 1 && number <= 3 && wire === 2);
  if (list === undefined) return undefined;
  const fields = listOf1(list.bytes);
  if (list.number === 1) return { kind: 'bytes', values: messagesIn(list.bytes) };
  if (list.number === 2) return { kind: 'float', values: floatsIn(fields) };
  return { kind: 'int64', values: integersIn(fields) };
}

/** Reads floats, which are packed in one field, or in a field each. */
function floatsIn(fields: readonly Field[]): Float32Array {
  const size = fields.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const floats = new Float32Array(size / 4);
  let next = 0;
  for (const { bytes, wire } of fields) {
    if ((wire !== 2 && wire !== 5) || bytes.length % 4 !== 0) throw new RangeError('a list of floats is invalid');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += 4) floats[next++] = view.getFloat32(at, true);
  }
  return floats;
}

function integersIn(fields: readonly Field[]): BigInt64Array {
  const integers: bigint[] = [];
  for (const { bytes, wire, integer } of fields) {
    if (wire === 0) integers.push(integer);
    else if (wire !== 2) throw new RangeError('a list of integers is invalid');
    const at = { position: 0 };
    while (at.position < bytes.length) integers.push(readVarint(bytes, at));
  }
  return BigInt64Array.from(integers, (value) => BigInt.asIntN(64, value));
}
