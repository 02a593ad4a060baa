import { type HostArray, hostArray } from '@manabi/core';
import { decodeElements, elementKinds, swapBytes } from '@manabi/data/internal';
import { FileError, type RandomAccess } from '@manabi/files';
import { dtypes } from '@manabi/ir';
import { crc32c, masked } from './crc32c.ts';
import { sliceKey } from './ordered-code.ts';
import { Message } from './protobuf.ts';
import { binary, readTable } from './table.ts';
import { elementOf } from './tensor-types.ts';

/** Variables of a checkpoint, which are read on demand. */
export interface TensorBundle {
  readonly name: string;
  /** Names of the variables. */
  readonly keys: readonly string[];
  /**
   * Reads a variable and verifies its checksum. A partitioned variable is joined.
   *
   * @throws FileError `corrupt`; `unsupported` for other element types
   */
  read(key: string): Promise<HostArray>;
  /** Reads the bytes of a scalar of dtype string. */
  readText(key: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Opens the file of a checkpoint with a given name, such as `variables.index`. */
export type OpenPart = (name: string) => Promise<RandomAccess>;

interface Entry {
  readonly type: number;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  readonly checksum: number;
  /** Start and length along each axis, for each part of a partitioned variable; a length of -1 stands for the whole axis. */
  readonly slices: readonly (readonly (readonly [start: number, length: number])[])[];
}

/**
 * Opens a checkpoint of TensorFlow: an index, and shards with the elements of the variables.
 *
 * @param prefix name of the checkpoint: `variables` for `variables.index` and `variables.data-00000-of-00001`
 * @throws FileError `corrupt`, and the codes of `open`
 */
export async function openBundle(prefix: string, open: OpenPart): Promise<TensorBundle> {
  const index = await open(`${prefix}.index`);
  const { name: source } = index;
  const table = await readAll(index).then((bytes) => readTable(bytes, source));
  const header = new Message(table.get('') ?? new Uint8Array(0), source);
  const shards = header.number(1);
  const isBigEndian = header.number(2) === 1;
  const corrupt = (problem: string, data: Readonly<Record<string, unknown>> = {}): FileError =>
    new FileError(
      'corrupt',
      `Cannot read ${source} as the index of a checkpoint: ${problem}. Save or download it again.`,
      {
        data: { source, ...data },
      },
    );
  if (shards < 1 || shards > 99_999) throw corrupt(`it has ${shards} shards`);
  const entryOf = (key: string, label = key): Entry => {
    const bytes = table.get(key);
    if (bytes === undefined) throw corrupt(`variable '${label}' is missing`, { variable: label });
    const message = new Message(bytes, source);
    const entry = {
      type: message.number(1),
      shape: message
        .message(2)
        .messages(2)
        .map((dimension) => dimension.number(1)),
      shard: message.number(3),
      offset: message.number(4),
      size: message.number(5),
      checksum: Number(message.integer(6)),
      slices: message
        .messages(7)
        .map((slice) =>
          slice.messages(1).map((extent) => [extent.number(1), extent.has(2) ? extent.number(2) : -1] as const),
        ),
    };
    const { shape, shard, offset, size } = entry;
    if (shape.some((length) => length < 0) || shard < 0 || shard >= shards || offset < 0 || size < 0) {
      throw corrupt(`the entry of variable '${label}' is invalid`, { variable: label });
    }
    return entry;
  };
  const bytesOf = async (
    { shard, offset, size, checksum, type }: Entry,
    label: string,
  ): Promise<Uint8Array<ArrayBuffer>> => {
    const number = (value: number): string => String(value).padStart(5, '0');
    const file = await open(`${prefix}.data-${number(shard)}-of-${number(shards)}`);
    try {
      if (offset + size > file.size) throw corrupt(`variable '${label}' exceeds ${file.name}`, { variable: label });
      const bytes = await file.read(offset, offset + size);
      // The checksum of texts is computed in another way, in which the lengths count as 32-bit numbers.
      if (elementOf(type).name === 'string' || masked(crc32c(bytes)) === checksum) return bytes;
      throw corrupt(`variable '${label}' has the wrong checksum`, { variable: label });
    } finally {
      await file.close();
    }
  };
  const readWhole = async (entry: Entry, label: string): Promise<HostArray> => {
    const { name, kind } = elementOf(entry.type);
    if (kind === null) {
      throw new FileError('unsupported', `Variable '${label}' in ${source} has the unsupported element type ${name}.`, {
        data: { source, variable: label, dtype: name },
      });
    }
    const { bytes: size, dtype } = elementKinds[kind];
    const count = entry.shape.reduce((product, length) => product * length, 1);
    if (count * size !== entry.size) throw corrupt(`variable '${label}' has the wrong size`, { variable: label });
    const bytes = await bytesOf(entry, label);
    const ordered = isBigEndian ? bytes.slice() : bytes;
    if (isBigEndian) swapBytes(ordered, size);
    return hostArray(dtype, entry.shape, decodeElements(kind, ordered, { source, array: label }));
  };
  return {
    name: source,
    keys: [...table.keys()].filter((key) => key !== '' && !key.startsWith('\0')),
    read: async (label) => {
      const key = binary(new TextEncoder().encode(label));
      const entry = entryOf(key, label);
      if (entry.slices.length === 0) return readWhole(entry, label);
      const parts = entry.slices.map((extents) => {
        if (extents.length !== entry.shape.length) throw corrupt(`a part of variable '${label}' has another rank`);
        const slice = extents.map(([start, length], axis) => [start, length < 0 ? entry.shape[axis] : length] as const);
        return { slice, entry: entryOf(sliceKey(key, extents), label) };
      });
      const total = entry.shape.reduce((product, length) => product * length, 1);
      const stored = parts.reduce(
        (sum, part) => sum + part.entry.shape.reduce((product, length) => product * length, 1),
        0,
      );
      if (total !== stored) throw corrupt(`the parts of variable '${label}' do not have ${total} elements`);
      const { kind } = elementOf(entry.type);
      const { dtype } = elementKinds[kind ?? 'float32'];
      const data = dtypes[dtype].create(total);
      for (const part of parts) {
        const { shape } = part.entry;
        const fits = part.slice.every(
          ([start, length], axis) => length === shape[axis] && start >= 0 && start + length <= entry.shape[axis],
        );
        if (!fits) throw corrupt(`a part of variable '${label}' does not fit`, { variable: label });
        place(
          data,
          entry.shape,
          await readWhole(part.entry, label),
          part.slice.map(([start]) => start),
        );
      }
      return hostArray(dtype, entry.shape, data);
    },
    readText: async (label) => {
      const entry = entryOf(label);
      const bytes = await bytesOf(entry, label);
      if (elementOf(entry.type).name !== 'string' || entry.shape.length > 0) throw corrupt(`'${label}' is not a text`);
      // The length of the text as varint, a checksum of the lengths, and the text.
      let at = 0;
      let length = 0;
      while (bytes[at] >= 0x80) length += (bytes[at] & 0x7f) * 2 ** (7 * at++);
      length += (bytes[at] ?? 0) * 2 ** (7 * at++);
      if (at + 4 + length !== bytes.length) throw corrupt(`text '${label}' has the wrong length`);
      return bytes.subarray(at + 4);
    },
  };
}

async function readAll(file: RandomAccess): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}

/** Copies a part of a partitioned variable to its position. */
function place(
  to: { [i: number]: number },
  shape: readonly number[],
  { shape: lengths, data }: HostArray,
  start: readonly number[],
): void {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  for (let i = 0; i < data.length; i++) {
    let [rest, position] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (start[axis] + (rest % lengths[axis])) * strides[axis];
      rest = Math.floor(rest / lengths[axis]);
    }
    to[position] = data[i];
  }
}
