import type { FileBytes, Reader } from './file-bytes.ts';
import { unpackChunk } from './filters.ts';
import { corruptHdf5, tooLargeHdf5, unsupportedHdf5 } from './hdf5-errors.ts';
import { type HeaderMessage, messageTypes } from './object-header.ts';

/** Deflate makes a byte of no more than these. */
const LARGEST_RATIO = 1032;
const FREE_BYTES = 2 ** 20;

/** How the elements of a dataset lie in the file. */
export interface Layout {
  /** Bytes of them in the file, packed. */
  readonly storedBytes: number;
  /** All of them, row-major. */
  read(): Uint8Array<ArrayBuffer>;
}

/**
 * Where a dataset's elements are.
 *
 * @param place the dataset, for messages
 * @throws FileError `corrupt`; `tooLarge` for more than the file can hold; `unsupported` for layouts of the newest kind,
 * and elements in other files
 */
export function readLayout(
  file: FileBytes,
  place: string,
  messages: readonly HeaderMessage[],
  shape: readonly number[],
  elementSize: number,
): Layout {
  const find = (type: number): Reader | undefined => messages.find((message) => message.type === type)?.body;
  if (find(messageTypes.externalFiles) !== undefined) {
    throw unsupportedHdf5(file.name, `'${place}', whose elements are in other files`, { dataset: place });
  }
  const body = find(messageTypes.layout);
  if (body === undefined) throw corruptHdf5(file.name, `the elements of '${place}' are nowhere`, { dataset: place });
  const size = shape.reduce((product, length) => product * length, elementSize);
  const version = body.u8();
  const kind = version === 3 || version === 4 ? body.u8() : -1;
  if (kind === 0) {
    const data = body.part(body.u16());
    return exactly(file, place, size, data);
  }
  if (kind === 1) {
    const address = body.address();
    const stored = body.length();
    // Nothing was written: zeros.
    if (address === null) return zeros(file, place, size);
    return exactly(file, place, size, file.at(address, stored));
  }
  if (kind === 2 && version === 3) return chunked(file, place, shape, elementSize, body, find(messageTypes.filters));
  throw unsupportedHdf5(file.name, `'${place}', in a layout of version ${version}, class ${kind}`, { dataset: place });
}

function exactly(file: FileBytes, place: string, size: number, data: Reader): Layout {
  if (data.left < size) {
    throw corruptHdf5(file.name, `'${place}' has ${data.left} bytes of ${size}`, {
      dataset: place,
      expected: size,
      got: data.left,
    });
  }
  return { storedBytes: size, read: () => file.at(data.position - file.base, size).bytes(size) };
}

function zeros(file: FileBytes, place: string, size: number): Layout {
  checkRatio(file, place, size, 0);
  return { storedBytes: 0, read: () => new Uint8Array(size) };
}

interface Chunk {
  readonly offsets: readonly number[];
  readonly data: Reader;
  readonly filterMask: number;
}

function chunked(
  file: FileBytes,
  place: string,
  shape: readonly number[],
  elementSize: number,
  body: Reader,
  filters: Reader | undefined,
): Layout {
  const rank = body.u8() - 1;
  const tree = body.address();
  const lengths = Array.from({ length: rank }, () => body.u32());
  const chunkSize = lengths.reduce((product, length) => product * length, elementSize);
  if (rank !== shape.length || chunkSize < 1 || !Number.isSafeInteger(chunkSize)) {
    throw corruptHdf5(file.name, `'${place}' is in chunks of [${lengths.join(', ')}]`, { dataset: place });
  }
  const size = shape.reduce((product, length) => product * length, elementSize);
  const chunks = tree === null ? [] : readChunks(file, place, tree, rank);
  const storedBytes = chunks.reduce((sum, { data }) => sum + data.left, 0);
  checkRatio(file, place, size, storedBytes);
  checkRatio(file, place, chunkSize * chunks.length, storedBytes);
  const pipeline = filters?.position;
  return {
    storedBytes,
    read: () => {
      const result = new Uint8Array(size);
      for (const { offsets, data, filterMask } of chunks) {
        if (filters !== undefined && pipeline !== undefined) filters.position = pipeline;
        const bytes = unpackChunk(file, place, data, filters, filterMask, elementSize, chunkSize);
        copyChunk(result, shape, bytes, lengths, offsets, elementSize);
      }
      return result;
    },
  };
}

/** The chunks of a dataset, from their B-tree (version 1, node type 1). */
function readChunks(file: FileBytes, place: string, root: number, rank: number): readonly Chunk[] {
  const chunks: Chunk[] = [];
  const seen = new Set<number>();
  const visit = (address: number, above: number): void => {
    const node = file.at(address);
    node.signature('TREE');
    const kind = node.u8();
    const level = node.u8();
    if (kind !== 1 || level >= above || seen.has(address)) {
      throw corruptHdf5(file.name, `the chunks of '${place}' are no tree`, { dataset: place, address });
    }
    seen.add(address);
    const count = node.u16();
    node.skip(2 * file.offsetSize);
    for (let i = 0; i < count; i++) {
      file.step();
      const length = node.u32();
      const filterMask = node.u32();
      const offsets = Array.from({ length: rank }, () => node.unsigned(8));
      node.skip(8);
      const child = node.address();
      if (child === null) throw corruptHdf5(file.name, `a chunk of '${place}' is nowhere`, { dataset: place });
      if (level > 0) visit(child, level);
      else chunks.push({ offsets, data: file.at(child, length), filterMask });
    }
  };
  visit(root, 256);
  return chunks;
}

/** Puts a chunk into its place; what lies outside of the dataset is left out. */
function copyChunk(
  target: Uint8Array,
  shape: readonly number[],
  chunk: Uint8Array,
  lengths: readonly number[],
  offsets: readonly number[],
  elementSize: number,
): void {
  const rank = shape.length;
  const copy = (axis: number, targetAt: number, chunkAt: number): void => {
    const count = Math.min(lengths[axis] ?? 1, (shape[axis] ?? 1) - (offsets[axis] ?? 0));
    if (count <= 0) return;
    if (axis >= rank - 1) {
      const from = chunkAt * (lengths[axis] ?? 1) * elementSize;
      const to = (targetAt * (shape[axis] ?? 1) + (offsets[axis] ?? 0)) * elementSize;
      target.set(chunk.subarray(from, from + count * elementSize), to);
      return;
    }
    for (let i = 0; i < count; i++) {
      copy(axis + 1, targetAt * shape[axis] + offsets[axis] + i, chunkAt * lengths[axis] + i);
    }
  };
  copy(0, 0, 0);
}

function checkRatio(file: FileBytes, place: string, size: number, stored: number): void {
  if (size <= FREE_BYTES + LARGEST_RATIO * stored) return;
  throw tooLargeHdf5(file.name, `'${place}' would unfold to ${size} bytes out of ${stored}`, {
    dataset: place,
    size,
    stored,
  });
}
