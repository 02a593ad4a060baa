import { corruptHdf5 } from '../../hdf5-errors.ts';
import { readBTree2 } from '../b-tree-2.ts';
import type { Hdf5File } from '../hdf5-file.ts';
import type { Chunk, Grid } from './chunk.ts';

/** Largest accepted depth of a B-tree; real B-trees are much less deep. */
const MOST_LEVELS = 32;
/** Types of the B-tree records for uncompressed and for compressed chunks. */
const PLAIN_RECORDS = 10;
const PACKED_RECORDS = 11;

/**
 * Reads the chunks in a version 1 B-tree (HDF5 File Format Specification 3.0, III.A.1, node type 1).
 *
 * @throws FileError `corrupt`
 */
export async function chunksOfBTree1(file: Hdf5File, root: number, { path, chunk }: Grid): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = [];
  const seen = new Set<number>();
  const damaged = (address: number): Error =>
    corruptHdf5(file.name, `the chunk index of dataset '${path}' is damaged at address ${address}`, {
      dataset: path,
      address,
    });
  // A key contains the offset of the chunk along each axis in elements, and then an offset within an element, which is
  // 0.
  const keySize = 8 + 8 * (chunk.length + 1);
  const visit = async (address: number, level: number | null): Promise<void> => {
    const head = await file.block(address, 8 + 2 * file.offsetSize);
    head.signature('TREE');
    const [kind, here] = [head.u8(), head.u8()];
    const count = head.u16();
    const isNext = level === null ? here <= MOST_LEVELS : here === level - 1;
    if (kind !== 1 || !isNext || seen.has(address)) throw damaged(address);
    seen.add(address);
    const entries = await file.block(address + head.bytes.length, count * (keySize + file.offsetSize));
    for (let i = 0; i < count; i++) {
      const length = entries.u32();
      const mask = entries.u32();
      const position = chunk.map((size) => entries.unsigned(8) / size);
      entries.skip(8);
      const child = entries.address();
      if (child === null) throw damaged(address);
      if (here > 0) await visit(child, here);
      else if (position.every(Number.isInteger)) chunks.push({ position, address: child, length, mask });
      else throw damaged(address);
    }
  };
  await visit(root, null);
  return chunks;
}

/**
 * Reads the chunks in a version 2 B-tree, used for datasets with several unlimited axes.
 *
 * @throws FileError `corrupt`
 */
export async function chunksOfBTree2(file: Hdf5File, root: number, grid: Grid): Promise<readonly Chunk[]> {
  const { path, chunk, chunkSize, isFiltered } = grid;
  const type = isFiltered ? PACKED_RECORDS : PLAIN_RECORDS;
  const records = await readBTree2(file, root, type, `chunks of dataset '${path}'`);
  return records.map((record) => {
    const address = record.address();
    const length = isFiltered ? record.unsigned(Math.max(0, record.left - 4 - 8 * chunk.length)) : chunkSize;
    const mask = isFiltered ? record.u32() : 0;
    const position = chunk.map(() => record.unsigned(8));
    if (address !== null) return { position, address, length, mask };
    throw corruptHdf5(file.name, `a chunk of dataset '${path}' has no address`, { dataset: path });
  });
}
