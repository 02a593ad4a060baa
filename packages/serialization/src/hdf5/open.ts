import type { HostArray } from '@manabi/core';
import { readLayout } from './dataset-bytes.ts';
import { readDataspace } from './dataspace-message.ts';
import { type ElementType, readDatatype } from './datatype-message.ts';
import { toHostArray } from './elements.ts';
import { FileBytes, type Reader } from './file-bytes.ts';
import { readHeapText } from './global-heap.ts';
import { corruptHdf5, unsupportedHdf5 } from './hdf5-errors.ts';
import { readLinks } from './links.ts';
import { type HeaderMessage, messageTypes, readObjectHeader } from './object-header.ts';
import { readSuperblock } from './superblock.ts';
import type { AttributeValue } from './tree.ts';

/** A group of a file: its parts are read when they are asked for. */
export interface Hdf5Group {
  readonly kind: 'group';
  /** Names from the outside in, with slashes; empty for the file itself. */
  readonly path: string;
  /** What it holds, by name, in order of names. */
  readonly names: readonly string[];
  /** What it holds under a name; undefined if there is nothing. */
  get(name: string): Hdf5Node | undefined;
  /** The value of an attribute; undefined if there is none. */
  attribute(name: string): AttributeValue | undefined;
}

/** A dataset of a file. */
export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly path: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Bytes of its elements, unpacked. */
  readonly byteLength: number;
  /** The elements. */
  read(): HostArray;
  attribute(name: string): AttributeValue | undefined;
}

/** What a group holds. */
export type Hdf5Node = Hdf5Group | Hdf5Dataset;

/**
 * Opens an HDF5 file: groups of the older and the newer kind, datasets that are contiguous, compact, or in chunks with
 * gzip, attributes of numbers and texts: what h5py writes unless it is told otherwise. Whatever the bytes say, memory and
 * time stay bounded by the file's size.
 *
 * @param name what messages call the file
 * @throws FileError `corrupt`, `unsupported`, `tooLarge`, here and from whatever is read later
 */
export function openHdf5(name: string, bytes: Uint8Array<ArrayBuffer>): Hdf5Group {
  const file = new FileBytes(name, bytes);
  const root = openNode(file, readSuperblock(file), '');
  if (root.kind === 'group') return root;
  throw corruptHdf5(name, 'it has no group at its root');
}

function openNode(file: FileBytes, address: number, path: string): Hdf5Node {
  const messages = readObjectHeader(file, address);
  const attribute = attributesOf(file, messages, path);
  const isDataset = messages.some(({ type }) => type === messageTypes.layout);
  if (isDataset) return openDataset(file, messages, path, attribute);
  const links = readLinks(file, messages);
  return {
    kind: 'group',
    path,
    names: [...links.keys()].sort(),
    get: (name) => {
      const target = links.get(name);
      return target === undefined ? undefined : openNode(file, target, path === '' ? name : `${path}/${name}`);
    },
    attribute,
  };
}

function openDataset(
  file: FileBytes,
  messages: readonly HeaderMessage[],
  path: string,
  attribute: Hdf5Dataset['attribute'],
): Hdf5Dataset {
  const find = (type: number): Reader => {
    const found = messages.find((message) => message.type === type);
    if (found !== undefined) return found.body;
    throw corruptHdf5(file.name, `'${path}' has no shape or no type`, { dataset: path });
  };
  const shape = readDataspace(find(messageTypes.dataspace)) ?? [0];
  const type = readDatatype(find(messageTypes.datatype));
  const layout = readLayout(file, path, messages, shape, type.size);
  return {
    kind: 'dataset',
    path,
    shape,
    type,
    byteLength: shape.reduce((product, length) => product * length, type.size),
    read: () => toHostArray(file, path, type, shape, layout.read()),
    attribute,
  };
}

function attributesOf(
  file: FileBytes,
  messages: readonly HeaderMessage[],
  path: string,
): (name: string) => AttributeValue | undefined {
  return (name) => {
    for (const { type, body } of messages) {
      if (type !== messageTypes.attribute) continue;
      const start = body.position;
      const found = readAttribute(file, body, name, path);
      body.position = start;
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** The value of an attribute message, if it is of the name asked for (HDF5 File Format Specification 3.0, IV.A.2.m). */
function readAttribute(file: FileBytes, body: Reader, name: string, path: string): AttributeValue | undefined {
  const version = body.u8();
  if (version < 1 || version > 3) throw unsupportedHdf5(file.name, `attributes of version ${version}`, { version });
  const flags = body.u8();
  const sizes = [body.u16(), body.u16(), body.u16()];
  if (version === 3) body.skip(1);
  const padded = (size: number): number => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const found = body.part(padded(sizes[0])).text(sizes[0]);
  if (found !== name) return undefined;
  if (version > 1 && (flags & 3) !== 0) throw unsupportedHdf5(file.name, 'attributes of shared types', { path });
  const type = readDatatype(body.part(padded(sizes[1])));
  const shape = readDataspace(body.part(padded(sizes[2])));
  if (shape === null) return undefined;
  return attributeValue(file, `${path}@${name}`, type, shape, body);
}

function attributeValue(
  file: FileBytes,
  place: string,
  type: ElementType,
  shape: readonly number[],
  body: Reader,
): AttributeValue {
  const count = shape.reduce((product, length) => product * length, 1);
  const data = body.part(count * type.size);
  if (type.kind !== 'text' && type.kind !== 'heapText') {
    return toHostArray(file, place, type, shape, data.bytes(data.left));
  }
  file.step(count);
  const texts = Array.from({ length: count }, () =>
    type.kind === 'text' ? data.text(type.size) : readHeapText(file, data.part(type.size)),
  );
  return shape.length === 0 ? texts[0] : texts;
}
