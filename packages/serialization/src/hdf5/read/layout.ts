import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import { type ChunkIndex, readChunkIndex } from './chunk-index/chunk-index-message.ts';
import type { Reader } from './reader.ts';

/** Where the elements of a dataset are. */
export type Layout =
  | { readonly kind: 'compact'; readonly data: Reader }
  /** `address` is null where nothing was written. */
  | { readonly kind: 'contiguous'; readonly address: number | null; readonly length: number | null }
  | {
      readonly kind: 'chunked';
      /** Lengths of a chunk, and of an element in bytes. */
      readonly chunk: readonly number[];
      readonly elementSize: number;
      readonly index: ChunkIndex;
      /** Whether chunks that reach past the dataset are not packed. */
      readonly isEdgePlain: boolean;
    };

const IS_EDGE_PLAIN = 0x01;

/**
 * Reads a layout message (HDF5 File Format Specification 3.0, IV.A.2.i).
 *
 * @param place the dataset, for messages
 * @throws FileError `corrupt`; `unsupported` for virtual datasets and newer versions
 */
export function readLayout(body: Reader, place: string): Layout {
  const { name } = body.file;
  const version = body.u8();
  if (version < 1 || version > 5) {
    throw unsupportedHdf5(name, `a layout of version ${version}, in '${place}'`, { dataset: place, version });
  }
  if (version < 3) return readOldLayout(body, place);
  const kind = body.u8();
  switch (kind) {
    case 0:
      return { kind: 'compact', data: body.part(body.u16()) };
    case 1:
      return { kind: 'contiguous', address: body.address(), length: body.length() };
    case 2:
      return version === 3 ? readChunks(body, place, body.u8()) : readNewChunks(body, place);
    case 3:
      throw unsupportedHdf5(name, `the virtual dataset '${place}', whose elements are in other files`, {
        dataset: place,
      });
    default:
      throw corruptHdf5(name, `'${place}' has a layout of class ${kind}`, { dataset: place, kind });
  }
}

/** Versions 1 and 2, of HDF5 before 1.6.3: all numbers come before what depends on the class. */
function readOldLayout(body: Reader, place: string): Layout {
  const rank = body.u8();
  const kind = body.u8();
  body.skip(5);
  switch (kind) {
    case 0:
      body.skip(4 * rank);
      return { kind: 'compact', data: body.part(body.u32()) };
    case 1:
      return { kind: 'contiguous', address: body.address(), length: null };
    default:
      return readChunks(body, place, rank);
  }
}

/** Chunks in a B-tree of version 1. */
function readChunks(body: Reader, place: string, count: number): Layout {
  const address = body.address();
  const lengths = Array.from({ length: count }, () => body.u32());
  return chunked(body, place, lengths, { kind: 'bTree1', address, packed: null }, false);
}

function readNewChunks(body: Reader, place: string): Layout {
  const flags = body.u8();
  const count = body.u8();
  const size = body.u8();
  if (size > 8) throw corruptHdf5(body.file.name, `the chunks of '${place}' are damaged`, { dataset: place });
  const lengths = Array.from({ length: count }, () => body.unsigned(size));
  return chunked(body, place, lengths, readChunkIndex(body, place, flags), (flags & IS_EDGE_PLAIN) !== 0);
}

/** @param lengths those of a chunk along each axis, and the bytes of an element */
function chunked(
  body: Reader,
  place: string,
  lengths: readonly number[],
  index: ChunkIndex,
  isEdgePlain: boolean,
): Layout {
  const size = lengths.reduce((product, length) => product * length, 1);
  if (lengths.length > 1 && size >= 1 && Number.isSafeInteger(size)) {
    const chunk = lengths.slice(0, -1);
    return { kind: 'chunked', chunk, elementSize: lengths[chunk.length], index, isEdgePlain };
  }
  throw corruptHdf5(body.file.name, `'${place}' has impossible chunks: [${lengths.join(', ')}]`, { dataset: place });
}
