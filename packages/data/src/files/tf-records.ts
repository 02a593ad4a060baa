import { ManabiError } from '@manabi/errors';
import { type FileSource, nameOf } from '@manabi/files';
import { type HostArray, hostArray } from '@manabi/ir';
import { throwIfAborted } from '../abort.ts';
import type { Open } from '../lazy-stage.ts';
import { crc32c } from './crc32c.ts';
import { type ExampleValues, parseExample } from './example.ts';
import { chunksOfFile } from './sources.ts';
import type { FeatureSpec, FeatureValues, TfRecordOptions } from './tf-record-options.ts';

/** Largest accepted length of a record in bytes. */
const LONGEST = 2 ** 31;

/** Position of a record, for messages. */
interface RecordLocation {
  readonly source: string;
  readonly record: number;
}

function wrongRecord({ source, record }: RecordLocation, problem: string, facts: object = {}): ManabiError {
  return new ManabiError('data', `Record ${record} of ${source} ${problem}.`, {
    op: 'fromTfRecord',
    data: { source, record, ...facts },
  });
}

/** Returns the records of TFRecord files. */
export function tfRecords(files: readonly FileSource[], { features, ...options }: TfRecordOptions): Open<unknown> {
  return async function* open(signal) {
    for (const file of files) {
      let record = 0;
      const source = nameOf(file);
      for await (const bytes of recordsIn(source, chunksOfFile(file, options, signal))) {
        throwIfAborted(signal);
        yield features === undefined ? bytes : featuresOf(bytes, features, { source, record });
        record++;
      }
    }
  };
}

/** Reads records: a length, its checksum, the bytes, and their checksum. */
async function* recordsIn(
  source: string,
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  /** Returns the next bytes; fewer at the end of the file. */
  const take = async (length: number): Promise<Uint8Array<ArrayBuffer>> => {
    while (size < length) {
      const { done, value } = await chunks.next();
      if (done) break;
      held.push(value);
      size += value.length;
    }
    const bytes = new Uint8Array(Math.min(length, size));
    let filled = 0;
    while (filled < bytes.length) {
      const part = held[0].subarray(0, bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
      if (part.length === held[0].length) held = held.slice(1);
      else held[0] = held[0].subarray(part.length);
    }
    size -= bytes.length;
    return bytes;
  };
  try {
    for (let record = 0; ; record++) {
      const location = { source, record };
      const truncated = () => wrongRecord(location, 'is truncated. Download the file again');
      const head = await take(12);
      if (head.length === 0) return;
      if (head.length < 12) throw truncated();
      const view = new DataView(head.buffer);
      if (view.getUint32(8, true) !== masked(head.subarray(0, 8)))
        throw wrongRecord(location, 'has a length with a wrong checksum. The file is damaged, or not a TFRecord file');
      const length = view.getBigUint64(0, true);
      if (length > LONGEST) throw wrongRecord(location, `has ${length} bytes, more than the limit of ${LONGEST}`);
      const content = await take(Number(length) + 4);
      if (content.length < Number(length) + 4) throw truncated();
      const bytes = content.subarray(0, Number(length));
      const sum = new DataView(content.buffer, Number(length)).getUint32(0, true);
      if (sum !== masked(bytes)) throw wrongRecord(location, 'has a wrong checksum. The file is damaged');
      yield bytes;
    }
  } finally {
    await chunks.return();
  }
}

/** Returns the checksum as TFRecord files store it. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function featuresOf(
  bytes: Uint8Array,
  features: Readonly<Record<string, FeatureSpec>>,
  location: RecordLocation,
): Readonly<Record<string, FeatureValues>> {
  let example: ReadonlyMap<string, ExampleValues>;
  try {
    example = parseExample(bytes);
  } catch (cause) {
    if (!(cause instanceof ManabiError)) throw cause;
    throw wrongRecord(location, 'is not a tf.train.Example. Omit `features` to read its bytes');
  }
  return Object.fromEntries(
    Object.entries(features).map(([name, spec]) => {
      const values = example.get(name);
      if (values !== undefined) return [name, featureOf(name, values, spec, location)];
      throw wrongRecord(location, `has no feature '${name}'; it has ${[...example.keys()].join(', ')}`, {
        feature: name,
      });
    }),
  );
}

function featureOf(
  name: string,
  { kind, values }: ExampleValues,
  { dtype, shape = [] }: FeatureSpec,
  location: RecordLocation,
): FeatureValues {
  const wrong = (problem: string): ManabiError =>
    wrongRecord(location, `has ${problem} in the feature '${name}'`, { feature: name });
  const expected = dtype === 'float32' ? 'float' : dtype === 'int32' ? 'int64' : 'bytes';
  if (kind !== expected) throw wrong(`values of kind ${kind} instead of ${expected}`);
  const lengths = resolved(shape, values.length);
  if (lengths === undefined) {
    throw wrong(`${values.length} values, which do not fit the shape [${shape.map((n) => n ?? 'null').join(', ')}],`);
  }
  if (kind === 'float') return hostArray('float32', lengths, values);
  if (kind === 'int64') return integers(values, lengths, (value) => wrong(`the integer ${value}, beyond 32 bits,`));
  if (dtype === 'bytes') return shape.length === 0 ? values[0] : values;
  const texts = values.map((value) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(value);
    } catch {
      throw wrong('bytes that are not UTF-8');
    }
  });
  return shape.length === 0 ? texts[0] : texts;
}

/** Returns a shape for a number of values, with the length for null; undefined if there is none. */
function resolved(shape: readonly (number | null)[], count: number): readonly number[] | undefined {
  const open = shape.filter((length) => length === null).length;
  const known = shape.reduce<number>((size, length) => size * (length ?? 1), 1);
  if (open === 0) return known === count ? shape.map(Number) : undefined;
  if (open > 1 || known === 0 || count % known !== 0) return undefined;
  return shape.map((length) => length ?? count / known);
}

function integers(
  values: BigInt64Array,
  shape: readonly number[],
  tooLarge: (value: bigint) => ManabiError,
): HostArray {
  const narrow = new Int32Array(values.length);
  for (const [i, value] of values.entries()) {
    narrow[i] = Number(value);
    if (BigInt(narrow[i]) !== value) throw tooLarge(value);
  }
  return hostArray('int32', shape, narrow);
}
