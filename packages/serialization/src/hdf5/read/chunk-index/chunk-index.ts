import { corruptHdf5 } from '../../hdf5-errors.ts';
import type { Hdf5File } from '../hdf5-file.ts';
import type { Reader } from '../reader.ts';
import { chunksOfBTree1, chunksOfBTree2 } from './b-trees.ts';
import { type Chunk, type Grid, positionOf, stridesOf } from './chunk.ts';
import { chunksOfExtensibleArray } from './extensible-array.ts';
import { chunksOfFixedArray } from './fixed-array.ts';

/** How the chunks of a dataset are found. */
export interface ChunkIndex {
  readonly kind: 'bTree1' | 'single' | 'implicit' | 'fixedArray' | 'extensibleArray' | 'bTree2';
  /** Null where no chunk was written. */
  readonly address: number | null;
  /** Length and filter mask of a single packed chunk. */
  readonly packed: Pick<Chunk, 'length' | 'mask'> | null;
}

/** Kinds by their number, and the bytes of their parameters, which are repeated where the index is. */
const KINDS: Readonly<Record<number, readonly [kind: ChunkIndex['kind'], parameters: number]>> = {
  1: ['single', 0],
  2: ['implicit', 0],
  3: ['fixedArray', 1],
  4: ['extensibleArray', 5],
  5: ['bTree2', 6],
};

const IS_SINGLE_PACKED = 0x02;

/** Reads how a layout message of version 4 or 5 says that chunks are found (HDF5 File Format Specification 3.0, VII). */
export function readChunkIndex(body: Reader, place: string, flags: number): ChunkIndex {
  const number = body.u8();
  const row = KINDS[number];
  if (row === undefined) {
    throw corruptHdf5(body.file.name, `the chunks of '${place}' have an index of kind ${number}`, { dataset: place });
  }
  const [kind, parameters] = row;
  body.skip(parameters);
  const isPacked = kind === 'single' && (flags & IS_SINGLE_PACKED) !== 0;
  const packed = isPacked ? { length: body.length(), mask: body.u32() } : null;
  return { kind, packed, address: body.address() };
}

/**
 * Reads where the chunks of a dataset are; those that were never written are left out.
 *
 * @throws FileError `corrupt`, `tooLarge`
 */
export async function chunksOf(
  file: Hdf5File,
  { kind, address, packed }: ChunkIndex,
  grid: Grid,
): Promise<readonly Chunk[]> {
  if (address === null) return [];
  switch (kind) {
    case 'single': {
      const position = grid.counts.map(() => 0);
      return [{ position, address, ...(packed ?? { length: grid.chunkSize, mask: 0 }) }];
    }
    case 'implicit':
      return implicitChunks(file, address, grid);
    case 'bTree1':
      return chunksOfBTree1(file, address, grid);
    case 'bTree2':
      return chunksOfBTree2(file, address, grid);
    case 'fixedArray':
      return chunksOfFixedArray(file, address, grid);
    case 'extensibleArray':
      return chunksOfExtensibleArray(file, address, grid);
  }
}

/** All chunks lie one behind the other, those too that the dataset may grow to. */
function implicitChunks(file: Hdf5File, address: number, grid: Grid): readonly Chunk[] {
  const { chunkSize, place, counts, maxCounts } = grid;
  const count = counts.reduce((product, length) => product * length, 1);
  file.step(count, place);
  const strides = stridesOf(counts);
  const stored = stridesOf(maxCounts.map((most, axis) => most ?? counts[axis]));
  return Array.from({ length: count }, (_, number) => {
    const position = positionOf(number, strides);
    const index = position.reduce((sum, at, axis) => sum + at * stored[axis], 0);
    return { position, address: address + index * chunkSize, length: chunkSize, mask: 0 };
  });
}
