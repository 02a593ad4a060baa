import type { FileBytes, Reader } from './file-bytes.ts';
import { corruptHdf5, unsupportedHdf5 } from './hdf5-errors.ts';
import { type HeaderMessage, messageTypes } from './object-header.ts';

/** Deepest tree of links: far more than any file needs. */
const MOST_LEVELS = 32;

/**
 * What a group links to: addresses of objects by name.
 *
 * @throws FileError `corrupt`; `unsupported` for links to other files, symbolic links, and groups with an index of the
 * newest kind
 */
export function readLinks(file: FileBytes, messages: readonly HeaderMessage[]): ReadonlyMap<string, number> {
  const links = new Map<string, number>();
  const add = (name: string, address: number | null): void => {
    if (address === null || links.has(name)) {
      throw corruptHdf5(file.name, `a group holds '${name}' twice, or nowhere`, { link: name });
    }
    links.set(name, address);
  };
  for (const { type, body } of messages) {
    if (type === messageTypes.link) readLink(file, body, add);
    if (type === messageTypes.linkInfo) refuseIndex(file, body);
    if (type === messageTypes.symbolTable) readSymbolTable(file, body, add);
  }
  return links;
}

type Add = (name: string, address: number | null) => void;

function readLink(file: FileBytes, body: Reader, add: Add): void {
  const version = body.u8();
  const flags = body.u8();
  const kind = (flags & 0x08) === 0 ? 0 : body.u8();
  if ((flags & 0x04) !== 0) body.skip(8);
  if ((flags & 0x10) !== 0) body.skip(1);
  const name = body.text(body.unsigned(1 << (flags & 3)));
  if (version !== 1 || kind !== 0) throw foreignLink(file, name, kind);
  add(name, body.address());
}

/** Groups of the newest kind may keep their links in a heap, which only very large ones do. */
function refuseIndex(file: FileBytes, body: Reader): void {
  body.skip(1);
  if ((body.u8() & 1) !== 0) body.skip(8);
  if (body.address() === null) return;
  throw unsupportedHdf5(file.name, "groups with an index of HDF5's newest kind (libver='latest')");
}

function readSymbolTable(file: FileBytes, body: Reader, add: Add): void {
  const [tree, heap] = [body.address(), body.address()];
  if (tree === null || heap === null) throw corruptHdf5(file.name, 'a group has no table of its links');
  const names = readLocalHeap(file, heap);
  const seen = new Set<number>();
  const visit = (address: number, level: number | null): void => {
    if (seen.has(address)) throw corruptHdf5(file.name, 'the tree of a group leads in a circle', { address });
    seen.add(address);
    const node = file.at(address);
    if (level === 0) {
      readSymbols(file, node, names, add);
      return;
    }
    node.signature('TREE');
    const kind = node.u8();
    const here = node.u8();
    if (kind !== 0 || here > MOST_LEVELS || (level !== null && here !== level - 1)) {
      throw corruptHdf5(file.name, 'the tree of a group is no tree', { address, level: here });
    }
    const count = node.u16();
    node.skip(2 * file.offsetSize);
    for (let i = 0; i < count; i++) {
      node.length();
      const child = node.address();
      if (child === null) throw corruptHdf5(file.name, 'the tree of a group lacks a part', { address });
      visit(child, here);
    }
  };
  visit(tree, null);
}

function readSymbols(file: FileBytes, node: Reader, names: Reader, add: Add): void {
  node.signature('SNOD');
  node.skip(2);
  const count = node.u16();
  for (let i = 0; i < count; i++) {
    file.step();
    const name = nameAt(file, names, node.length());
    const address = node.address();
    const cache = node.u32();
    node.skip(20);
    if (cache === 2) throw foreignLink(file, name, 1);
    add(name, address);
  }
}

/** The texts of a group's heap. */
function readLocalHeap(file: FileBytes, address: number): Reader {
  const head = file.at(address);
  head.signature('HEAP');
  head.skip(4);
  const size = head.length();
  head.length();
  const data = head.address();
  if (data === null) throw corruptHdf5(file.name, 'the names of a group are nowhere', { address });
  return file.at(data, size);
}

function nameAt(file: FileBytes, heap: Reader, offset: number): string {
  const start = heap.position + offset;
  const end = start > heap.end ? -1 : file.bytes.subarray(0, heap.end).indexOf(0, start);
  if (end < 0) throw corruptHdf5(file.name, 'the name of a link has no end', { offset: start });
  return new TextDecoder().decode(file.bytes.subarray(start, end));
}

function foreignLink(file: FileBytes, name: string, kind: number): Error {
  const what = kind === 64 ? `a link to another file, '${name}'` : `a link that is no place, '${name}'`;
  return unsupportedHdf5(file.name, what, { link: name });
}
