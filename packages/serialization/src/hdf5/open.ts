import type { HostArray } from '@manabi/core';
import type { RandomAccess } from '@manabi/files';
import { corruptHdf5, unsupportedHdf5 } from './hdf5-errors.ts';
import { attributeValue, readAttributes, type StoredAttribute } from './read/attributes.ts';
import { readElements } from './read/dataset-bytes.ts';
import { readDataspace } from './read/dataspace.ts';
import { type ElementType, readDatatype } from './read/datatype.ts';
import { numbersOf } from './read/elements.ts';
import { heapTextsOf, type ReadHeapText } from './read/global-heap.ts';
import { Hdf5File } from './read/hdf5-file.ts';
import { type Hdf5Object, isDataset, isGroup, objectsOf, once, type ReadObject } from './read/hdf5-object.ts';
import type { Link } from './read/link.ts';
import { readLinks } from './read/links.ts';
import { messageTypes } from './read/object-header.ts';
import { readSuperblock } from './read/superblock.ts';
import type { AttributeValue } from './tree.ts';

/** Group of an HDF5 file, whose members are read on demand. */
export interface Hdf5Group {
  readonly kind: 'group';
  /** Path of the group, with slashes; empty for the root group. */
  readonly path: string;
  /** Names of the members in alphabetical order. */
  readonly names: readonly string[];
  /** Returns a member; undefined if it is missing, or neither a group nor a dataset. */
  get(name: string): Promise<Hdf5Node | undefined>;
  /** Returns the value of an attribute; undefined if it is missing. */
  attribute(name: string): Promise<AttributeValue | undefined>;
}

/** Dataset of an HDF5 file, whose elements are read on demand. */
export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly path: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Size of the decompressed elements in bytes. */
  readonly byteLength: number;
  /** Reads the elements. Narrow types are widened; 64-bit integers become 32-bit integers if they fit. */
  read(): Promise<HostArray>;
  attribute(name: string): Promise<AttributeValue | undefined>;
}

/** Member of an HDF5 group. */
export type Hdf5Node = Hdf5Group | Hdf5Dataset;

/** Largest number of soft links followed to find one object; the same limit as in the HDF5 library. */
const MOST_HOPS = 16;

/** An open HDF5 file and its caches. */
interface Session {
  readonly file: Hdf5File;
  readonly root: number;
  readonly readObject: ReadObject;
  readonly heapText: ReadHeapText;
  readonly links: (address: number) => Promise<ReadonlyMap<string, Link>>;
  readonly attributes: (address: number) => Promise<ReadonlyMap<string, StoredAttribute>>;
}

/**
 * Opens an HDF5 file. Supports superblocks 0 to 3, and groups and attributes of the old and new formats. Datasets may
 * be compact, contiguous or chunked; chunks may use the filters gzip, shuffle and fletcher32. Elements may be numbers,
 * enumerations or text. Parts are read on demand, so large files need not fit into memory. Memory and time are linear
 * in the size of the file, whatever its content.
 *
 * @param source remains open while parts are read
 * @returns the root group
 * @throws FileError `corrupt`, `unsupported`, `tooLarge`, from this call and from later reads
 */
export async function openHdf5(source: RandomAccess): Promise<Hdf5Group> {
  const file = new Hdf5File(source);
  const root = await readSuperblock(file);
  const readObject = objectsOf(file);
  const session = {
    file,
    root,
    readObject,
    heapText: heapTextsOf(file),
    links: once(async (address) => readLinks(file, await readObject(address))),
    attributes: once(async (address) => readAttributes(file, await readObject(address))),
  };
  const node = await openNode(session, root, '');
  if (node?.kind === 'group') return node;
  throw corruptHdf5(file.name, 'its root object is not a group');
}

async function openNode(session: Session, address: number, path: string): Promise<Hdf5Node | undefined> {
  const object = await session.readObject(address);
  const attribute = attributesOf(session, address, path);
  if (isDataset(object)) return openDataset(session, object, path, attribute);
  if (!isGroup(object)) return undefined;
  const links = await session.links(address);
  return {
    kind: 'group',
    path,
    names: [...links.keys()].sort(),
    get: async (name) => {
      const target = await resolve(session, address, name, 0);
      return target === undefined ? undefined : openNode(session, target, path === '' ? name : `${path}/${name}`);
    },
    attribute,
  };
}

/** Returns the address of a group's member; undefined for missing members and dangling soft links. */
async function resolve(session: Session, group: number, name: string, hops: number): Promise<number | undefined> {
  const { file, root } = session;
  const link = (await session.links(group)).get(name);
  if (link === undefined) return undefined;
  if (link.kind === 'hard') return link.address;
  if (link.kind === 'external') {
    throw unsupportedHdf5(file.name, `'${name}', a link to another file, '${link.file}'`, {
      link: name,
      file: link.file,
    });
  }
  if (hops >= MOST_HOPS) throw corruptHdf5(file.name, `the soft link '${name}' is part of a cycle`, { link: name });
  let address = link.path.startsWith('/') ? root : group;
  for (const part of link.path.split('/')) {
    if (part === '' || part === '.') continue;
    file.step(1, name);
    if (!isGroup(await session.readObject(address))) return undefined;
    const next = await resolve(session, address, part, hops + 1);
    if (next === undefined) return undefined;
    address = next;
  }
  return address;
}

async function openDataset(
  { file }: Session,
  object: Hdf5Object,
  path: string,
  attribute: Hdf5Dataset['attribute'],
): Promise<Hdf5Dataset> {
  const spaceMessage = await object.find(messageTypes.dataspace);
  const typeMessage = await object.find(messageTypes.datatype);
  if (spaceMessage === undefined || typeMessage === undefined) {
    throw corruptHdf5(file.name, `dataset '${path}' has no shape or no datatype`, { dataset: path });
  }
  const space = readDataspace(spaceMessage) ?? { shape: [0], maxShape: [0] };
  const type = readDatatype(typeMessage);
  const { shape } = space;
  return {
    kind: 'dataset',
    path,
    shape,
    type,
    byteLength: shape.reduce((product, length) => product * length, type.size),
    read: async () => {
      if (type.kind !== 'number') {
        const elements = type.kind === 'text' ? 'text' : type.what;
        throw unsupportedHdf5(file.name, `${elements} as elements of dataset '${path}'`, { dataset: path });
      }
      const bytes = await readElements(file, object, { path, space, elementSize: type.size });
      return numbersOf(file.name, path, type, shape, bytes);
    },
    attribute,
  };
}

function attributesOf(
  { file, readObject, heapText, attributes }: Session,
  address: number,
  path: string,
): (name: string) => Promise<AttributeValue | undefined> {
  return async (name) => {
    const found = (await attributes(address)).get(name);
    return found && attributeValue(file, found, `${path}@${name}`, readObject, heapText);
  };
}
