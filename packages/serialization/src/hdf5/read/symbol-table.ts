import { corruptHdf5 } from '../hdf5-errors.ts';
import type { Hdf5File } from './hdf5-file.ts';
import type { AddLink } from './link.ts';
import type { Reader } from './reader.ts';

/** Largest accepted depth of a B-tree; real B-trees are much less deep. */
const MOST_LEVELS = 32;
/** Cache type that marks a symbol table entry as a soft link. */
const HOLDS_SOFT_LINK = 2;

/**
 * Reads the links of a group in the old format: a version 1 B-tree of symbol nodes, with names in a heap (HDF5 File Format
 * Specification 3.0, III.A.1, III.B, III.D).
 *
 * @throws FileError `corrupt`
 */
export async function readSymbolTable(file: Hdf5File, body: Reader, add: AddLink): Promise<void> {
  const [tree, heap] = [body.address(), body.address()];
  if (tree === null || heap === null)
    throw corruptHdf5(file.name, `the symbol table at byte ${body.origin} has no address`);
  const names = await readLocalHeap(file, heap);
  const seen = new Set<number>();
  const visit = async (address: number, level: number | null): Promise<void> => {
    if (seen.has(address))
      throw corruptHdf5(file.name, `the tree of a group contains a cycle at address ${address}`, { address });
    seen.add(address);
    if (level === 0) return readSymbols(file, address, names, add);
    const head = await file.block(address, 8 + 2 * file.offsetSize);
    head.signature('TREE');
    const [kind, here] = [head.u8(), head.u8()];
    const count = head.u16();
    if (kind !== 0 || here > MOST_LEVELS || (level !== null && here !== level - 1)) {
      throw corruptHdf5(file.name, `the tree of a group is damaged at address ${address}`, { address, level: here });
    }
    const entries = await file.block(address + head.bytes.length, count * (file.lengthSize + file.offsetSize));
    for (let i = 0; i < count; i++) {
      entries.skip(file.lengthSize);
      const child = entries.address();
      if (child === null)
        throw corruptHdf5(file.name, `the tree of a group lacks a child at address ${address}`, { address });
      await visit(child, here);
    }
  };
  return visit(tree, null);
}

async function readSymbols(file: Hdf5File, address: number, names: Reader, add: AddLink): Promise<void> {
  const head = await file.block(address, 8);
  head.signature('SNOD');
  head.skip(2);
  const count = head.u16();
  const entries = await file.block(address + 8, count * (2 * file.offsetSize + 24));
  for (let i = 0; i < count; i++) {
    const name = names.at(entries.unsigned(file.offsetSize)).zeroTerminated();
    const target = entries.address();
    const holds = entries.u32();
    entries.skip(4);
    const scratch = entries.part(16);
    if (holds === HOLDS_SOFT_LINK) add(name, { kind: 'soft', path: names.at(scratch.u32()).zeroTerminated() });
    else if (target !== null) add(name, { kind: 'hard', address: target });
    else throw corruptHdf5(file.name, `the link '${name}' has no address`, { link: name });
  }
}

/** Reads the heap of names of a group. */
async function readLocalHeap(file: Hdf5File, address: number): Promise<Reader> {
  const head = await file.block(address, 8 + 2 * file.lengthSize + file.offsetSize);
  head.signature('HEAP');
  head.skip(4);
  const size = head.length();
  head.skip(file.lengthSize);
  const data = head.address();
  if (data === null) throw corruptHdf5(file.name, `the heap of names at address ${address} has no data`, { address });
  return file.block(data, size);
}
