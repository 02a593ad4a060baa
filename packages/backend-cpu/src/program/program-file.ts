import { wrongArgument } from '@manabi/errors';
import { type DType, dtypes, type ElementArray, type HostArray, ManabiError, type TensorType } from '@manabi/ir';
import type { CompiledPlan } from '../plan/frame-plan.ts';

/** An input or output of a compiled program. */
export interface ProgramPort extends TensorType {
  readonly name: string;
}

/** A compiled program as plain data. */
export interface ProgramContent {
  readonly name: string;
  /** Inputs of the program. Among the inputs of the plan, they follow the parameters. */
  readonly inputs: readonly ProgramPort[];
  readonly outputs: readonly ProgramPort[];
  readonly parameters: readonly HostArray[];
  readonly plan: CompiledPlan;
}

/** First bytes of a file: `manabi` and a zero. The version of the format follows. */
const MAGIC = [0x6d, 0x61, 0x6e, 0x61, 0x62, 0x69, 0x00];
const VERSION = 1;
/**
 * Number of bytes before the header: the magic bytes, the version, the length of the header, and a checksum of this
 * length and of all later bytes.
 */
const PRELUDE = 16;
/** Alignment of sections in bytes. Aligned arrays can be read without copying them. */
const ALIGNMENT = 16;

/**
 * Writes a compiled program: a JSON header, in which arrays are replaced by section numbers, followed by the sections.
 *
 * @returns the bytes of the file
 */
export function writeProgram({ plan: { module, ...plan }, ...program }: ProgramContent): Uint8Array<ArrayBuffer> {
  const sections: Uint8Array[] = [];
  const places: (readonly [offset: number, bytes: number])[] = [];
  let end = 0;
  const add = (array: ArrayBufferView): number => {
    places.push([end, array.byteLength]);
    end = aligned(end + array.byteLength);
    return sections.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) - 1;
  };
  const content = { program, plan, module: add(module) };
  const body = JSON.stringify(content, (_, value: unknown) => (ArrayBuffer.isView(value) ? add(value) : value));
  const header = new TextEncoder().encode(JSON.stringify({ places, body }));
  const start = aligned(PRELUDE + header.length);
  const bytes = new Uint8Array(start + end);
  bytes.set([...MAGIC, VERSION]);
  bytes.set(header, PRELUDE);
  sections.forEach((section, i) => {
    bytes.set(section, start + places[i][0]);
  });
  const view = new DataView(bytes.buffer);
  view.setUint32(8, header.length, true);
  view.setUint32(12, checksum(bytes, header.length), true);
  return bytes;
}

/**
 * Reads a file written by `writeProgram`.
 *
 * @throws ManabiError `file` for other files, other versions of the format, and damaged files
 */
export function readProgram(bytes: Uint8Array): ProgramContent {
  if (!(bytes instanceof Uint8Array)) {
    const isBuffer = Object.prototype.toString.call(bytes) === '[object ArrayBuffer]';
    const argument = { op: 'openProgram', name: 'bytes' };
    throw wrongArgument(argument, 'a Uint8Array', bytes, isBuffer ? 'Wrap it: new Uint8Array(buffer).' : '');
  }
  if (bytes.length < PRELUDE || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw unreadable(
      '`bytes` is not a compiled program: it does not start like a file of compileProgram. Check the path or URL.',
    );
  }
  const version = bytes[MAGIC.length];
  if (version !== VERSION) {
    throw unreadable(
      `The compiled program must have format version ${VERSION}; got version ${version}. ` +
        'Compile the program again with this version of manabi.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(8, true);
  if (view.getUint32(12, true) !== checksum(bytes, headerBytes)) {
    throw unreadable('The compiled program is damaged: the checksum does not match. Download or compile it again.');
  }
  const start = PRELUDE + headerBytes;
  const { places, body } = JSON.parse(new TextDecoder().decode(bytes.subarray(PRELUDE, start)));
  const section = (index: number): Uint8Array<ArrayBuffer> => {
    const [offset, length] = places[index];
    const from = aligned(start) + offset;
    // Not `bytes.slice`, which does not copy the bytes of a Buffer of Node.
    return new Uint8Array(bytes.subarray(from, from + length));
  };
  const { program, plan, module } = JSON.parse(body, (_, value: unknown) =>
    isStoredArray(value) ? { ...value, data: elementsOf(value.dtype, section(value.data)) } : value,
  );
  return { ...program, plan: { ...plan, module: section(module) } };
}

/** An array as described in the header. Its elements are in a section. */
interface StoredArray {
  readonly dtype: DType;
  readonly data: number;
}

function isStoredArray(value: unknown): value is StoredArray {
  return typeof value === 'object' && value !== null && 'data' in value && 'dtype' in value;
}

function elementsOf(dtype: DType, { buffer }: Uint8Array<ArrayBuffer>): ElementArray {
  const array = dtypes[dtype].create(0);
  return Reflect.construct(array.constructor, [buffer]);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Computes the Adler-32 checksum (RFC 1950) of the length of the header and the bytes after the prelude. */
function checksum(bytes: Uint8Array, headerBytes: number): number {
  let [a, b] = [1 + (headerBytes % 65521), 0];
  for (let i = PRELUDE; i < bytes.length; ) {
    // The sums of up to 3800 bytes are below 2^32.
    const end = Math.min(i + 3800, bytes.length);
    for (; i < end; i++) {
      a += bytes[i];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function unreadable(message: string): ManabiError {
  return new ManabiError('file', message, { op: 'openProgram' });
}
