import type { Hdf5File } from '../hdf5-file.ts';
import { chunksOfBTree1, chunksOfBTree2 } from './b-trees.ts';
import { type Chunk, type Grid, positionOf, stridesOf } from './chunk.ts';
import type { ChunkIndex } from './chunk-index-message.ts';
import { chunksOfExtensibleArray } from './extensible-array.ts';
import { chunksOfFixedArray } from './fixed-array.ts';

/**
 * Returns all chunks of a dataset that were written, with their positions in the file.
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

/** Computes the addresses of chunks that are stored one after another, including chunks into which the dataset may grow. */
function implicitChunks(file: Hdf5File, address: number, grid: Grid): readonly Chunk[] {
  const { chunkSize, path, counts, maxCounts } = grid;
  const count = counts.reduce((product, length) => product * length, 1);
  file.step(count, path);
  const strides = stridesOf(counts);
  const stored = stridesOf(maxCounts.map((most, axis) => most ?? counts[axis]));
  return Array.from({ length: count }, (_, number) => {
    const position = positionOf(number, strides);
    const index = position.reduce((sum, at, axis) => sum + at * stored[axis], 0);
    return { position, address: address + index * chunkSize, length: chunkSize, mask: 0 };
  });
}
