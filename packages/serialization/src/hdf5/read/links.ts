import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import type { Hdf5File } from './hdf5-file.ts';
import type { Hdf5Object } from './hdf5-object.ts';
import type { AddLink, Link } from './link.ts';
import { messageTypes } from './object-header.ts';
import type { Reader } from './reader.ts';
import { readSymbolTable } from './symbol-table.ts';

/**
 * Type of the B-tree records that index the links of a group by name. A record contains the hash of a name, and the id
 * of the link in the heap.
 */
const RECORDS_BY_NAME = 5;
const HASH_BYTES = 4;

/**
 * Returns the links of a group by name. They are stored in its object header, a symbol table or a fractal heap.
 *
 * @throws FileError `corrupt`; `unsupported` for user-defined links
 */
export async function readLinks(file: Hdf5File, { messages }: Hdf5Object): Promise<ReadonlyMap<string, Link>> {
  const links = new Map<string, Link>();
  const add: AddLink = (name, link) => {
    if (links.has(name)) throw corruptHdf5(file.name, `a group has two members named '${name}'`, { link: name });
    links.set(name, link);
  };
  for (const { type, body } of messages) {
    if (type === messageTypes.link) readLink(body.at(0), add);
    if (type === messageTypes.linkInfo) await readDenseLinks(file, body.at(0), add);
    if (type === messageTypes.symbolTable) await readSymbolTable(file, body.at(0), add);
  }
  return links;
}

/** Reads a link message (HDF5 File Format Specification 3.0, IV.A.2.g) and passes its name and link to `add`. */
function readLink(body: Reader, add: AddLink): void {
  const version = body.u8();
  const flags = body.u8();
  const kind = (flags & 0x08) === 0 ? 0 : body.u8();
  if ((flags & 0x04) !== 0) body.skip(8);
  if ((flags & 0x10) !== 0) body.skip(1);
  const name = body.text(body.unsigned(1 << (flags & 3)));
  if (version !== 1) throw unsupportedHdf5(body.file.name, `version ${version} of link '${name}'`, { link: name });
  add(name, linkOf(body, name, kind));
}

function linkOf(body: Reader, name: string, kind: number): Link {
  switch (kind) {
    case 0: {
      const address = body.address();
      if (address !== null) return { kind: 'hard', address };
      throw corruptHdf5(body.file.name, `the link '${name}' has no address`, { link: name });
    }
    case 1:
      return { kind: 'soft', path: body.text(body.u16()) };
    case 64: {
      const value = body.part(body.u16());
      value.skip(1);
      return { kind: 'external', file: value.zeroTerminated() };
    }
    default:
      throw unsupportedHdf5(body.file.name, `type ${kind} of link '${name}'`, { link: name, kind });
  }
}

/** Reads the links that a link info message refers to, if any (HDF5 File Format Specification 3.0, IV.A.2.c). */
async function readDenseLinks(file: Hdf5File, body: Reader, add: AddLink): Promise<void> {
  body.skip(1);
  if ((body.u8() & 1) !== 0) body.skip(8);
  const [heap, index] = [body.address(), body.address()];
  if (heap === null || index === null) return;
  const { openFractalHeap, readBTree2 } = await import('./dense-storage.ts');
  const find = await openFractalHeap(file, heap);
  for (const record of await readBTree2(file, index, RECORDS_BY_NAME, 'links')) {
    readLink(await find(record.at(HASH_BYTES)), add);
  }
}
