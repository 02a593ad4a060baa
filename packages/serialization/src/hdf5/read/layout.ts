import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import { type ChunkIndex, readChunkIndex } from './chunk-index/chunk-index-message.ts';
import type { Reader } from './reader.ts';

/** Layout of a dataset: where its elements are stored. */
export type Layout =
  | { readonly kind: 'compact'; readonly data: Reader }
  /** Elements in one block; `address` is null if no element was written. */
  | { readonly kind: 'contiguous'; readonly address: number | null; readonly length: number | null }
  | {
      readonly kind: 'chunked';
      /** Shape of a chunk. */
      readonly chunk: readonly number[];
      /** Size of an element in bytes. */
      readonly elementSize: number;
      readonly index: ChunkIndex;
      /** Whether chunks at the edge, which extend beyond the dataset, are stored uncompressed. */
      readonly isEdgePlain: boolean;
    };

const IS_EDGE_PLAIN = 0x01;

/**
 * Reads a layout message (HDF5 File Format Specification 3.0, IV.A.2.i).
 *
 * @param path the dataset, for messages
 * @throws FileError `corrupt`; `unsupported` for virtual datasets and newer versions
 */
export function readLayout(body: Reader, path: string): Layout {
  const { name } = body.file;
  const version = body.u8();
  if (version < 1 || version > 5) {
    throw unsupportedHdf5(name, `layout version ${version} in dataset '${path}'`, { dataset: path, version });
  }
  if (version < 3) return readOldLayout(body, path);
  const kind = body.u8();
  switch (kind) {
    case 0:
      return { kind: 'compact', data: body.part(body.u16()) };
    case 1:
      return { kind: 'contiguous', address: body.address(), length: body.length() };
    case 2:
      return version === 3 ? readChunks(body, path, body.u8()) : readNewChunks(body, path);
    case 3:
      throw unsupportedHdf5(name, `virtual dataset '${path}' with elements in other files`, {
        dataset: path,
      });
    default:
      throw corruptHdf5(name, `dataset '${path}' has the unknown layout class ${kind}`, { dataset: path, kind });
  }
}

/** Reads a layout message of version 1 or 2 (HDF5 before 1.6.3), in which the rank and class precede all other fields. */
function readOldLayout(body: Reader, path: string): Layout {
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
      return readChunks(body, path, rank);
  }
}

/** Reads the layout of a dataset whose chunks are indexed by a version 1 B-tree. `count` is the rank plus 1. */
function readChunks(body: Reader, path: string, count: number): Layout {
  const address = body.address();
  const lengths = Array.from({ length: count }, () => body.u32());
  return chunked(body, path, lengths, { kind: 'bTree1', address, packed: null }, false);
}

function readNewChunks(body: Reader, path: string): Layout {
  const flags = body.u8();
  const count = body.u8();
  const size = body.u8();
  if (size > 8)
    throw corruptHdf5(
      body.file.name,
      `the chunk shape of dataset '${path}' has numbers of ${size} bytes, more than 8`,
      { dataset: path },
    );
  const lengths = Array.from({ length: count }, () => body.unsigned(size));
  return chunked(body, path, lengths, readChunkIndex(body, path, flags), (flags & IS_EDGE_PLAIN) !== 0);
}

/**
 * Returns the layout of a chunked dataset after checking the lengths of its chunks.
 *
 * @param lengths shape of a chunk, followed by the size of an element in bytes
 */
function chunked(
  body: Reader,
  path: string,
  lengths: readonly number[],
  index: ChunkIndex,
  isEdgePlain: boolean,
): Layout {
  const size = lengths.reduce((product, length) => product * length, 1);
  if (lengths.length > 1 && size >= 1 && Number.isSafeInteger(size)) {
    const chunk = lengths.slice(0, -1);
    return { kind: 'chunked', chunk, elementSize: lengths[chunk.length], index, isEdgePlain };
  }
  throw corruptHdf5(body.file.name, `dataset '${path}' has the impossible chunk shape [${lengths.join(', ')}]`, {
    dataset: path,
  });
}
