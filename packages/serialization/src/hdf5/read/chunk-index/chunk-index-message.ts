import { corruptHdf5 } from '../../hdf5-errors.ts';
import type { Reader } from '../reader.ts';
import type { Chunk } from './chunk.ts';

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
