import { corruptHdf5 } from '../../hdf5-errors.ts';
import type { Reader } from '../reader.ts';
import type { Chunk } from './chunk.ts';

/** Type and position of the index that locates the chunks of a dataset. */
export interface ChunkIndex {
  readonly kind: 'bTree1' | 'single' | 'implicit' | 'fixedArray' | 'extensibleArray' | 'bTree2';
  /** Address of the index; null if no chunk was written. */
  readonly address: number | null;
  /** Length and filter mask of the chunk, if the dataset consists of a single compressed one; null otherwise. */
  readonly packed: Pick<Chunk, 'length' | 'mask'> | null;
}

/**
 * Types of chunk indexes by number, each with the size in bytes of its parameters in the message. The parameters are
 * skipped, because the index itself repeats them.
 */
const KINDS: Readonly<Record<number, readonly [kind: ChunkIndex['kind'], parameters: number]>> = {
  1: ['single', 0],
  2: ['implicit', 0],
  3: ['fixedArray', 1],
  4: ['extensibleArray', 5],
  5: ['bTree2', 6],
};

const IS_SINGLE_PACKED = 0x02;

/**
 * Reads the description of the chunk index in a version 4 or 5 layout message (HDF5 File Format Specification 3.0,
 * VII).
 */
export function readChunkIndex(body: Reader, path: string, flags: number): ChunkIndex {
  const number = body.u8();
  const row = KINDS[number];
  if (row === undefined) {
    throw corruptHdf5(body.file.name, `the chunk index of dataset '${path}' has the unknown type ${number}`, {
      dataset: path,
    });
  }
  const [kind, parameters] = row;
  body.skip(parameters);
  const isPacked = kind === 'single' && (flags & IS_SINGLE_PACKED) !== 0;
  const packed = isPacked ? { length: body.length(), mask: body.u32() } : null;
  return { kind, packed, address: body.address() };
}
