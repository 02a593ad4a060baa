import { corruptHdf5 } from '../../hdf5-errors.ts';
import type { Hdf5File } from '../hdf5-file.ts';
import { type Chunk, type Grid, positionOf, readElement, stridesOf } from './chunk.ts';

/**
 * Reads the chunks in a fixed array, used for datasets without unlimited axes (HDF5 File Format Specification 3.0, VII.C).
 *
 * @throws FileError `corrupt`
 */
export async function chunksOfFixedArray(file: Hdf5File, address: number, grid: Grid): Promise<readonly Chunk[]> {
  const head = await file.block(address, 12 + file.lengthSize + file.offsetSize);
  head.signature('FAHD');
  const [version, client] = [head.u8(), head.u8()];
  const elementSize = head.u8();
  const pageBits = head.u8();
  const count = head.length();
  const block = head.address();
  head.checksum();
  if (version !== 0 || client !== (grid.isFiltered ? 1 : 0) || pageBits > 32) {
    throw corruptHdf5(file.name, `the chunk index of dataset '${grid.path}' is damaged at address ${address}`, {
      dataset: grid.path,
    });
  }
  if (block === null) return [];
  const pageLength = 2 ** pageBits;
  const isPaged = count > pageLength;
  const pages = isPaged ? Math.ceil(count / pageLength) : 0;
  const prefix = 6 + file.offsetSize + Math.ceil(pages / 8);
  const data = await file.block(block, prefix + 4 + (isPaged ? 0 : count * elementSize));
  data.signature('FADB');
  data.skip(2 + file.offsetSize);
  const written = data.take(Math.ceil(pages / 8));
  const chunks: Chunk[] = [];
  const strides = stridesOf(grid.maxCounts.map((most, axis) => most ?? grid.counts[axis]));
  const add = (elements: typeof data, from: number, to: number): void => {
    for (let number = from; number < to; number++) {
      const found = readElement(elements.part(elementSize), grid);
      if (found !== null) chunks.push({ ...found, position: positionOf(number, strides) });
    }
  };
  if (!isPaged) add(data, 0, count);
  data.checksum();
  for (let page = 0; page < pages; page++) {
    if ((written[page >> 3] & (0x80 >> (page & 7))) === 0) continue;
    const from = page * pageLength;
    const to = Math.min(count, from + pageLength);
    const elements = await file.block(
      block + prefix + 4 + page * (pageLength * elementSize + 4),
      (to - from) * elementSize + 4,
    );
    add(elements, from, to);
    elements.checksum();
  }
  return chunks;
}
