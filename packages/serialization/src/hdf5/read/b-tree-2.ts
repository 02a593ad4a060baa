import { corruptHdf5 } from '../hdf5-errors.ts';
import type { Hdf5File } from './hdf5-file.ts';
import type { Reader } from './reader.ts';

/** Size in bytes of a B-tree node without its records: signature, version, type, checksum. */
const NODE_HEAD = 10;
/** Largest accepted depth of a B-tree; real B-trees are much less deep. */
const MOST_LEVELS = 32;

interface Tree {
  readonly type: number;
  readonly nodeSize: number;
  readonly recordSize: number;
  /** Size in bytes of the field for a child's number of records. */
  readonly countSize: number;
  /** Size in bytes of the field for the total number of records below a child, by the child's level; 0 for leaves. */
  readonly totalSizes: readonly number[];
}

/**
 * Returns all records of a version 2 B-tree (HDF5 File Format Specification 3.0, III.A.2).
 *
 * @param type expected type of the records
 * @param content description of the records, for messages
 * @throws FileError `corrupt`
 */
export async function readBTree2(
  file: Hdf5File,
  address: number,
  type: number,
  content: string,
): Promise<readonly Reader[]> {
  const head = await file.block(address, 22 + file.offsetSize + file.lengthSize);
  head.signature('BTHD');
  const [version, foundType] = [head.u8(), head.u8()];
  const nodeSize = head.u32();
  const recordSize = head.u16();
  const depth = head.u16();
  head.skip(2);
  const root = head.address();
  const rootCount = head.u16();
  const total = head.length();
  head.checksum();
  if (version !== 0 || foundType !== type || recordSize === 0 || depth > MOST_LEVELS || nodeSize <= NODE_HEAD) {
    throw corruptHdf5(file.name, `the index of ${content} at address ${address} is damaged`, {
      address,
      type: foundType,
      depth,
    });
  }
  const records: Reader[] = [];
  if (root === null) return records;
  const seen = new Set<number>();
  const tree = treeOf(file, { type, nodeSize, recordSize }, depth);
  const visit = async (node: number, count: number, level: number): Promise<void> => {
    if (seen.has(node))
      throw corruptHdf5(file.name, `the index of ${content} contains a cycle at address ${node}`, { address: node });
    seen.add(node);
    const reader = await file.block(node, nodeSize);
    reader.signature(level === 0 ? 'BTLF' : 'BTIN');
    if (reader.u8() !== 0 || reader.u8() !== type) {
      throw corruptHdf5(file.name, `the index of ${content} is damaged at address ${node}`, { address: node });
    }
    for (let i = 0; i < count; i++) records.push(reader.part(recordSize));
    const children: (readonly [address: number | null, count: number])[] = [];
    for (let i = 0; level > 0 && i <= count; i++) {
      children.push([reader.address(), reader.unsigned(tree.countSize)]);
      reader.skip(tree.totalSizes[level - 1]);
    }
    reader.checksum();
    for (const [child, childCount] of children) {
      if (child === null)
        throw corruptHdf5(file.name, `the index of ${content} lacks a child at address ${node}`, { address: node });
      await visit(child, childCount, level - 1);
    }
  };
  await visit(root, rootCount, depth);
  if (records.length === total) return records;
  throw corruptHdf5(
    file.name,
    `the index of ${content} at address ${address} has ${records.length} entries, expected ${total}`,
    { address },
  );
}

function treeOf(
  file: Hdf5File,
  { type, nodeSize, recordSize }: Pick<Tree, 'type' | 'nodeSize' | 'recordSize'>,
  depth: number,
): Tree {
  const inLeaf = Math.floor((nodeSize - NODE_HEAD) / recordSize);
  const countSize = bytesOf(inLeaf);
  const totalSizes = [0];
  let below = inLeaf;
  for (let level = 1; level <= depth; level++) {
    const child = file.offsetSize + countSize + totalSizes[level - 1];
    const inNode = Math.floor((nodeSize - NODE_HEAD - child) / (recordSize + child));
    below = (inNode + 1) * below + inNode;
    totalSizes.push(Math.min(8, bytesOf(below)));
  }
  return { type, nodeSize, recordSize, countSize, totalSizes };
}

/** Returns the number of bytes that an integer needs. */
function bytesOf(value: number): number {
  return value < 1 ? 1 : Math.floor(Math.log2(value) / 8) + 1;
}
