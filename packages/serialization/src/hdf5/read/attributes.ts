import type { HostArray } from '@manabi/core';
import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import type { AttributeValue } from '../tree.ts';
import { readDataspace } from './dataspace.ts';
import { readDatatype } from './datatype.ts';
import { numbersOf, textOf } from './elements.ts';
import type { ReadHeapText } from './global-heap.ts';
import type { Hdf5File } from './hdf5-file.ts';
import { type Hdf5Object, type ReadObject, sharedMessage } from './hdf5-object.ts';
import { messageTypes } from './object-header.ts';
import type { Reader } from './reader.ts';

/** Type of the B-tree records that index the attributes of an object by name. */
const RECORDS_BY_NAME = 8;
const HEAP_ID_BYTES = 8;
const IS_SHARED = 0x02;

/** Attribute whose value has not been read. */
export interface StoredAttribute {
  readonly type: Reader;
  readonly isTypeShared: boolean;
  readonly space: Reader;
  readonly data: Reader;
}

/**
 * Returns the attributes of an object by name, without their values (HDF5 File Format Specification 3.0, IV.A.2.m and
 * IV.A.2.v).
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export async function readAttributes(
  file: Hdf5File,
  { messages }: Hdf5Object,
): Promise<ReadonlyMap<string, StoredAttribute>> {
  const attributes = new Map<string, StoredAttribute>();
  const add = (body: Reader, isShared: boolean): void => {
    if (isShared) throw unsupportedHdf5(file.name, 'a table of shared attributes');
    const [name, attribute] = locate(body);
    if (attributes.has(name)) throw corruptHdf5(file.name, `an object has two attributes named '${name}'`, { name });
    attributes.set(name, attribute);
  };
  for (const { type, isShared, body } of messages) {
    if (type === messageTypes.attribute) add(body.at(0), isShared);
    if (type !== messageTypes.attributeInfo) continue;
    const info = body.at(1);
    if ((info.u8() & 1) !== 0) info.skip(2);
    const [heap, index] = [info.address(), info.address()];
    if (heap === null || index === null) continue;
    const { openFractalHeap, readBTree2 } = await import('./dense-storage.ts');
    const find = await openFractalHeap(file, heap);
    for (const record of await readBTree2(file, index, RECORDS_BY_NAME, 'attributes')) {
      const id = record.part(HEAP_ID_BYTES);
      add(await find(id), (record.u8() & IS_SHARED) !== 0);
    }
  }
  return attributes;
}

function locate(body: Reader): readonly [name: string, attribute: StoredAttribute] {
  const version = body.u8();
  if (version < 1 || version > 3) {
    throw unsupportedHdf5(body.file.name, `attributes of version ${version}`, { version });
  }
  const flags = version === 1 ? 0 : body.at(1).u8();
  body.skip(1);
  const sizes = [body.u16(), body.u16(), body.u16()];
  if (version === 3) body.skip(1);
  const padded = (size: number): number => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const name = body.part(padded(sizes[0])).text(sizes[0]);
  if ((flags & 2) !== 0) throw unsupportedHdf5(body.file.name, `the shared shape of the attribute '${name}'`, { name });
  const type = body.part(padded(sizes[1]));
  const space = body.part(padded(sizes[2]));
  return [name, { type, isTypeShared: (flags & 1) !== 0, space, data: body.part(body.left) }];
}

/**
 * Reads the value of an attribute; undefined for an attribute without elements, such as h5py's Empty.
 *
 * @param path the object and the attribute, for messages
 * @throws FileError `corrupt`; `unsupported` for elements other than numbers and text
 */
export async function attributeValue(
  file: Hdf5File,
  { type: stored, isTypeShared, space, data: elements }: StoredAttribute,
  path: string,
  readObject: ReadObject,
  heapText: ReadHeapText,
): Promise<AttributeValue | undefined> {
  const message = isTypeShared
    ? await sharedMessage(file, stored.at(0), messageTypes.datatype, readObject)
    : stored.at(0);
  const type = readDatatype(message);
  const dataspace = readDataspace(space.at(0));
  if (dataspace === null) return undefined;
  const { shape } = dataspace;
  const count = shape.reduce((product, length) => product * length, 1);
  const data = elements.at(0).part(count * type.size);
  if (type.kind === 'other') {
    throw unsupportedHdf5(file.name, `${type.what} in attribute '${path}'`, { place: path });
  }
  if (type.kind === 'number') return numbersOf(file.name, path, type, shape, data.take(data.left)) satisfies HostArray;
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const element = data.part(type.size);
    texts.push(type.form === 'heap' ? await heapText(element) : textOf(element.bytes, type.form));
  }
  return shape.length === 0 ? texts[0] : texts;
}
