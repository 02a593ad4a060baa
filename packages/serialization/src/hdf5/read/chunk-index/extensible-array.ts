import { corruptHdf5 } from '../../hdf5-errors.ts';
import type { Hdf5File } from '../hdf5-file.ts';
import type { Reader } from '../reader.ts';
import { type Chunk, type Grid, positionOf, readElement, stridesOf } from './chunk.ts';

/** Parameters from the header of an extensible array, a type of chunk index. */
interface ArrayFacts {
  readonly elementSize: number;
  /** Number of elements in the index block. */
  readonly inIndex: number;
  /** Number of elements in the smallest data block. */
  readonly smallest: number;
  /** Number of elements in a page of a large data block. */
  readonly pageLength: number;
  /** Size in bytes of the offset field in the header of a block. */
  readonly offsetBytes: number;
}

/** Consecutive data blocks of one size in an extensible array. */
interface Run {
  readonly blocks: number;
  readonly length: number;
}

/**
 * Reads the chunks in an extensible array, used for datasets with one unlimited axis (HDF5 File Format Specification
 * 3.0, VII.D). The index block contains the first elements; data blocks, whose number and size double alternately,
 * contain the other elements. The index block refers to the first data blocks, and secondary blocks refer to the other
 * data blocks.
 *
 * @throws FileError `corrupt`
 */
export async function chunksOfExtensibleArray(file: Hdf5File, address: number, grid: Grid): Promise<readonly Chunk[]> {
  const { path, isFiltered } = grid;
  const head = await file.block(address, 16 + 6 * file.lengthSize + file.offsetSize);
  head.signature('EAHD');
  const [version, client] = [head.u8(), head.u8()];
  const elementSize = head.u8();
  const maxBits = head.u8();
  const inIndex = head.u8();
  const smallest = head.u8();
  const minPointers = head.u8();
  const pageBits = head.u8();
  head.skip(6 * file.lengthSize);
  const index = head.address();
  head.checksum();
  const isPower = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));
  const isSound = version === 0 && client === (isFiltered ? 1 : 0) && maxBits <= 64 && pageBits <= 32;
  const facts = { elementSize, inIndex, smallest, pageLength: 2 ** pageBits, offsetBytes: Math.ceil(maxBits / 8) };
  if (!isSound || !isPower(smallest) || !isPower(minPointers) || minPointers < 2) {
    throw corruptHdf5(file.name, `the chunk index of dataset '${path}' is damaged at address ${address}`, {
      dataset: path,
    });
  }
  if (index === null) return [];
  const runs = Array.from({ length: 1 + maxBits - Math.log2(smallest) }, (_, i) => ({
    blocks: 2 ** Math.floor(i / 2),
    length: smallest * 2 ** Math.ceil(i / 2),
  }));
  const direct = runs.slice(0, 2 * Math.log2(minPointers));
  const elements = await readIndexBlock(file, index, facts, direct, runs.slice(direct.length), grid);
  return positioned(elements, grid);
}

type Elements = Map<number, Pick<Chunk, 'address' | 'length' | 'mask'>>;

async function readIndexBlock(
  file: Hdf5File,
  address: number,
  facts: ArrayFacts,
  direct: readonly Run[],
  secondary: readonly Run[],
  grid: Grid,
): Promise<Elements> {
  const { elementSize, inIndex } = facts;
  const pointers = direct.reduce((sum, { blocks }) => sum + blocks, 0) + secondary.length;
  const block = await file.block(address, 10 + file.offsetSize + inIndex * elementSize + pointers * file.offsetSize);
  block.signature('EAIB');
  block.skip(2 + file.offsetSize);
  const elements: Elements = new Map();
  addElements(elements, block, 0, inIndex, facts, grid);
  let first = inIndex;
  for (const { blocks, length } of direct) {
    for (let i = 0; i < blocks; i++, first += length) {
      const data = block.address();
      if (data !== null) await readDataBlock(file, data, first, length, null, facts, grid, elements);
    }
  }
  for (const run of secondary) {
    const at = block.address();
    if (at !== null) await readSecondaryBlock(file, at, first, run, facts, grid, elements);
    first += run.blocks * run.length;
  }
  block.checksum();
  return elements;
}

async function readSecondaryBlock(
  file: Hdf5File,
  address: number,
  start: number,
  { blocks, length }: Run,
  facts: ArrayFacts,
  grid: Grid,
  elements: Elements,
): Promise<void> {
  const pages = length > facts.pageLength ? length / facts.pageLength : 0;
  const maskBytes = Math.ceil(pages / 8);
  const block = await file.block(
    address,
    10 + file.offsetSize + facts.offsetBytes + blocks * (maskBytes + file.offsetSize),
  );
  block.signature('EASB');
  block.skip(2 + file.offsetSize + facts.offsetBytes);
  // The bits of all data blocks, one per page, follow each other without padding.
  const written = block.take(blocks * maskBytes);
  const isWritten = (page: number): boolean => (written[page >> 3] & (0x80 >> (page & 7))) !== 0;
  for (let i = 0; i < blocks; i++) {
    const data = block.address();
    const first = start + i * length;
    const hasPage = pages > 0 ? (page: number) => isWritten(i * pages + page) : null;
    if (data !== null) await readDataBlock(file, data, first, length, hasPage, facts, grid, elements);
  }
  block.checksum();
}

/**
 * Reads the chunks in a data block.
 *
 * @param hasPage returns whether a page was written; null for a block without pages
 */
async function readDataBlock(
  file: Hdf5File,
  address: number,
  first: number,
  length: number,
  hasPage: ((page: number) => boolean) | null,
  facts: ArrayFacts,
  grid: Grid,
  elements: Elements,
): Promise<void> {
  const { elementSize, pageLength, offsetBytes } = facts;
  const prefix = 6 + file.offsetSize + offsetBytes;
  const block = await file.block(address, prefix + 4 + (hasPage === null ? length * elementSize : 0));
  block.signature('EADB');
  block.skip(prefix - 4);
  if (hasPage === null) addElements(elements, block, first, length, facts, grid);
  block.checksum();
  for (let page = 0; hasPage !== null && page * pageLength < length; page++) {
    if (!hasPage(page)) continue;
    const pageSize = pageLength * elementSize + 4;
    const reader = await file.block(address + prefix + 4 + page * pageSize, pageSize);
    addElements(elements, reader, first + page * pageLength, pageLength, facts, grid);
    reader.checksum();
  }
}

function addElements(
  elements: Elements,
  reader: Reader,
  first: number,
  count: number,
  { elementSize }: ArrayFacts,
  grid: Grid,
): void {
  for (let i = 0; i < count; i++) {
    const found = readElement(reader.part(elementSize), grid);
    if (found !== null) elements.set(first + i, found);
  }
}

/** Returns the chunks with their positions in the grid. The array numbers chunks as if the unlimited axis were the first. */
function positioned(elements: Elements, { counts, maxCounts }: Grid): readonly Chunk[] {
  const growing = Math.max(0, maxCounts.indexOf(null));
  const order = [growing, ...counts.map((_, axis) => axis).filter((axis) => axis !== growing)];
  const strides = stridesOf(order.map((axis) => maxCounts[axis] ?? counts[axis]));
  return [...elements].map(([number, found]) => {
    const inOrder = positionOf(number, strides);
    return { ...found, position: counts.map((_, axis) => inOrder[order.indexOf(axis)]) };
  });
}
