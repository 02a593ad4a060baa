import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import { readBTree2 } from './b-tree-2.ts';
import { lookup3 } from './checksums.ts';
import type { Hdf5File } from './hdf5-file.ts';
import type { Reader } from './reader.ts';

/** Header of a fractal heap: parameters that locate its objects. */
interface Heap {
  readonly address: number;
  readonly hasChecksums: boolean;
  readonly width: number;
  readonly startSize: number;
  readonly maxDirectSize: number;
  /** Sizes in bytes of the offset and of the length in the id of an object. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly root: number | null;
  /** Number of rows of the root block, if it is an indirect block; 0 if it is a direct block. */
  readonly rootRows: number;
  readonly hugeTree: number | null;
  /** Whether ids of huge objects contain their address. */
  readonly isHugeDirect: boolean;
}

/** Function that finds an object of a fractal heap by its id. */
export type FindObject = (id: Reader) => Promise<Reader>;

/**
 * Opens a fractal heap (HDF5 File Format Specification 3.0, III.G), the storage for many or large links and attributes.
 *
 * @throws FileError `corrupt`; `unsupported` for compressed heaps
 */
export async function openFractalHeap(file: Hdf5File, address: number): Promise<FindObject> {
  const heap = await readHeader(file, address);
  const blocks: Blocks = new Map();
  let huge: Promise<ReadonlyMap<number, Reader>> | undefined;
  return async (id) => {
    const kind = id.u8();
    switch (kind & 0xf0) {
      case 0x00: {
        const offset = id.unsigned(heap.offsetBytes);
        return managedObject(file, heap, offset, id.unsigned(heap.lengthBytes), blocks);
      }
      case 0x10: {
        if (heap.isHugeDirect) return hugeObject(file, id);
        huge ??= readHugeIndex(file, heap);
        const key = id.unsigned(Math.min(id.left, file.lengthSize));
        const record = (await huge).get(key);
        if (record === undefined)
          throw corruptHdf5(file.name, `the heap at address ${address} lacks the large object ${key}`, {
            address,
            key,
          });
        return hugeObject(file, record.at(0));
      }
      case 0x20:
        return id.part((kind & 0x0f) + 1);
      default:
        throw corruptHdf5(file.name, `an object id of the heap at address ${address} has the unknown type ${kind}`, {
          address,
          kind,
        });
    }
  };
}

async function readHeader(file: Hdf5File, address: number): Promise<Heap> {
  const head = await file.block(address, 26 + 3 * file.offsetSize + 12 * file.lengthSize);
  head.signature('FRHP');
  const version = head.u8();
  const idSize = head.u16();
  const filterBytes = head.u16();
  const flags = head.u8();
  const maxManaged = head.u32();
  head.length();
  const hugeTree = head.address();
  head.length();
  head.address();
  head.skip(8 * file.lengthSize);
  const width = head.u16();
  const startSize = head.length();
  const maxDirectSize = head.length();
  const maxBits = head.u16();
  head.skip(2);
  const root = head.address();
  const rootRows = head.u16();
  if (version !== 0 || filterBytes > 0) throw unsupportedHdf5(file.name, 'groups with compressed links', { address });
  head.checksum();
  const isPowers = [width, startSize, maxDirectSize].every((value) => value > 0 && Number.isInteger(Math.log2(value)));
  if (!isPowers || maxManaged === 0 || startSize > maxDirectSize || maxBits > 64 || rootRows > 64) {
    throw corruptHdf5(file.name, `the header of the heap at address ${address} is damaged`, { address });
  }
  return {
    address,
    hasChecksums: (flags & 2) !== 0,
    width,
    startSize,
    maxDirectSize,
    offsetBytes: Math.ceil(maxBits / 8),
    lengthBytes: Math.min(Math.ceil(Math.log2(maxDirectSize) / 8), Math.floor(Math.log2(maxManaged) / 8) + 1),
    root,
    rootRows,
    hugeTree,
    isHugeDirect: file.offsetSize + file.lengthSize <= idSize - 1,
  };
}

/** Cached blocks of a fractal heap by address. */
type Blocks = Map<number, Promise<Reader>>;

function cachedBlock(blocks: Blocks, address: number, read: () => Promise<Reader>): Promise<Reader> {
  const found = blocks.get(address) ?? read();
  blocks.set(address, found);
  return found;
}

/**
 * Reads the object at an offset of the heap. Indirect blocks form a tree whose leaves, the direct blocks, contain the
 * objects; block sizes double from row to row.
 */
async function managedObject(
  file: Hdf5File,
  heap: Heap,
  offset: number,
  length: number,
  blocks: Blocks,
): Promise<Reader> {
  const { width, startSize, maxDirectSize, offsetBytes } = heap;
  const outside = (): Error =>
    corruptHdf5(file.name, `the object at offset ${offset} is outside the heap at address ${heap.address}`, {
      ...heap,
      offset,
      length,
    });
  let address = heap.root;
  let rows = heap.rootRows;
  let size = startSize;
  let within = offset;
  while (rows > 0) {
    const directRows = Math.min(rows, Math.log2(maxDirectSize / startSize) + 2);
    const row = within < width * startSize ? 0 : Math.floor(Math.log2(within / (width * startSize))) + 1;
    if (row >= rows) throw outside();
    size = row === 0 ? startSize : startSize * 2 ** (row - 1);
    const rowStart = row === 0 ? 0 : width * size;
    const column = Math.floor((within - rowStart) / size);
    const entries = rows * width;
    const node: number | null = address;
    if (node === null) throw outside();
    const length = 9 + file.offsetSize + offsetBytes + entries * file.offsetSize;
    const table = await cachedBlock(blocks, node, () => indirectBlock(file, node, length));
    address = table.at(5 + file.offsetSize + offsetBytes + (row * width + column) * file.offsetSize).address();
    within -= rowStart + column * size;
    if (row < directRows) rows = 0;
    else {
      const below = Math.log2(size / (startSize * width)) + 1;
      if (!(below >= 1 && below < rows)) throw outside();
      rows = below;
    }
  }
  const node = address;
  if (node === null || within + length > size) throw outside();
  const bytes = await cachedBlock(blocks, node, () => directBlock(file, heap, node, size));
  return bytes.at(within).part(length);
}

async function indirectBlock(file: Hdf5File, address: number, length: number): Promise<Reader> {
  const block = await file.block(address, length);
  block.signature('FHIB');
  block.skip(length - 8);
  block.checksum();
  return block;
}

async function directBlock(file: Hdf5File, heap: Heap, address: number, size: number): Promise<Reader> {
  const block = await file.block(address, size);
  block.signature('FHDB');
  if (!heap.hasChecksums) return block;
  block.position = 5 + file.offsetSize + heap.offsetBytes;
  const at = block.position;
  const expected = block.u32();
  const bytes = block.bytes.slice();
  // The checksum covers the block with zeros in the field of the checksum.
  bytes.fill(0, at, at + 4);
  const checksum = lookup3(bytes);
  if (checksum === expected) return block;
  const offset = block.origin + at;
  throw corruptHdf5(file.name, `the checksum at byte ${offset} is wrong`, { offset, checksum });
}

/** Returns the B-tree records that locate huge objects, by the key in the ids of the objects. */
async function readHugeIndex(file: Hdf5File, { hugeTree }: Heap): Promise<ReadonlyMap<number, Reader>> {
  if (hugeTree === null) return new Map();
  const records = await readBTree2(file, hugeTree, 1, 'large objects');
  return new Map(records.map((record) => [record.at(file.offsetSize + file.lengthSize).length(), record]));
}

async function hugeObject(file: Hdf5File, record: Reader): Promise<Reader> {
  const [address, length] = [record.address(), record.length()];
  if (address === null)
    throw corruptHdf5(file.name, `a large object of the heap has no address (record at byte ${record.origin})`);
  return file.block(address, length);
}
