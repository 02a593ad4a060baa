import { type HostArray, hostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import type { Dataset, Group } from 'h5wasm';
import { decodeElements, type ElementKind, elementKinds } from '../elements/element-kind.ts';
import { checkHeaps } from './check-heaps.ts';
import { type ElementType, elementType } from './element-type.ts';
import { corruptHdf5, tooLargeHdf5, unsupportedHdf5 } from './hdf5-errors.ts';
import { type Hdf5Library, hdf5Library, unusedPath } from './library.ts';
import type { AttributeValue } from './tree.ts';

/** A group of a file: its parts are read when they are asked for. */
export interface Hdf5Group {
  readonly kind: 'group';
  /** Names from the outside in, with slashes; empty for the file itself. */
  readonly path: string;
  /** What it holds, by name, in order of names. */
  readonly names: readonly string[];
  /** What it holds under a name; undefined if there is nothing that is a group or a dataset. */
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
  /** The elements; narrow types become wider ones, 64-bit integers 32-bit ones where they fit. */
  read(): HostArray;
  attribute(name: string): AttributeValue | undefined;
}

/** What a group holds. */
export type Hdf5Node = Hdf5Group | Hdf5Dataset;

/** A file of the library, with what messages call it. */
interface OpenFile {
  readonly library: Hdf5Library;
  readonly name: string;
  /** The most bytes that all its elements can be: gzip packs 1,032 bytes into one at best. */
  readonly maxBytes: number;
}

/** Packed data cannot grow by more. */
const MAX_RATIO = 1100;
/** What a file may hold, however small it is. */
const FREE_BYTES = 1 << 20;

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * Opens an HDF5 file, of any version and layout that the HDF5 library knows, and closes it when `use` has ended: groups
 * and datasets live as long.
 *
 * @param name what messages call the file
 * @throws FileError `corrupt`, `unsupported`, `tooLarge`, for the file and for whatever `use` reads of it
 * @example `const kernel = await withHdf5('a.h5', bytes, (root) => numberedDatasets(root)[0].read())`
 */
export async function withHdf5<T>(
  name: string,
  bytes: Uint8Array,
  use: (root: Hdf5Group) => T | Promise<T>,
): Promise<T> {
  checkHeaps(name, bytes);
  const library = await hdf5Library();
  const path = unusedPath();
  const { FS } = library.module;
  FS.writeFile(path, bytes);
  try {
    const file = known(name, () => new library.File(path, 'r'));
    try {
      return await use(groupOf({ library, name, maxBytes: bytes.length * MAX_RATIO + FREE_BYTES }, file, ''));
    } finally {
      known(name, () => file.close());
    }
  } finally {
    FS.unlink(path);
  }
}

function groupOf(file: OpenFile, group: Group, path: string): Hdf5Group {
  const names = known(file.name, () => group.keys()).sort();
  const has = new Set(names);
  return {
    kind: 'group',
    path,
    names,
    get: (name) => (has.has(name) ? openNode(file, group, name, path === '' ? name : `${path}/${name}`) : undefined),
    attribute: (name) => attributeOf(file, group, name),
  };
}

function openNode(file: OpenFile, parent: Group, name: string, path: string): Hdf5Node | undefined {
  const found = known(file.name, () => parent.get(name));
  if (found === null) return undefined;
  if ('keys' in found) return groupOf(file, found, path);
  return 'metadata' in found && 'slice' in found ? datasetOf(file, found, path) : undefined;
}

function datasetOf(file: OpenFile, dataset: Dataset, path: string): Hdf5Dataset {
  const metadata = known(file.name, () => dataset.metadata);
  const type = elementType(metadata);
  const shape = metadata.shape ?? [0];
  const byteLength = metadata.total_size * metadata.size;
  return {
    kind: 'dataset',
    path,
    shape,
    type,
    byteLength,
    read: () => {
      if (type.kind !== 'number') {
        throw unsupportedHdf5(file.name, `'${path}' holds ${type.kind === 'text' ? 'texts' : type.what}`, {
          dataset: path,
        });
      }
      checkSize(file, path, byteLength);
      const bytes = bytesFrom(file, byteLength, (pointer) =>
        file.library.module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, pointer),
      );
      return numbers(file.name, path, type.element, shape, bytes);
    },
    attribute: (name) => attributeOf(file, dataset, name),
  };
}

/** The bytes that the library writes to a place in its memory. */
function bytesFrom(
  { library: { module }, name }: OpenFile,
  byteLength: number,
  write: (pointer: bigint) => unknown,
): Uint8Array<ArrayBuffer> {
  const pointer = module._malloc(Math.max(1, byteLength));
  if (pointer === 0) throw tooLargeHdf5(name, `there is no memory for ${byteLength} bytes`, { byteLength });
  try {
    known(name, () => write(BigInt(pointer)));
    return Uint8Array.from(module.HEAPU8.subarray(pointer, pointer + byteLength));
  } finally {
    module._free(pointer);
  }
}

/** Numbers from bytes, which the library has put in the order of this machine. */
function numbers(
  source: string,
  array: string,
  element: ElementKind,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): HostArray {
  return hostArray(elementKinds[element].dtype, shape, decodeElements(element, bytes, { source, array }));
}

function attributeOf(file: OpenFile, owner: Group | Dataset, name: string): AttributeValue | undefined {
  const { module } = file.library;
  const { file_id: id, path } = owner;
  const names = known(file.name, () => module.get_attribute_names(id, path));
  if (!names.includes(name)) return undefined;
  const metadata = known(file.name, () => module.get_attribute_metadata(id, path, name));
  // h5py's Empty: a type without elements.
  if (metadata.shape === null) return undefined;
  const place = `${path}@${name}`;
  const byteLength = metadata.total_size * metadata.size;
  checkSize(file, place, byteLength);
  const type = elementType(metadata);
  switch (type.kind) {
    case 'text': {
      const value: unknown = known(file.name, () => owner.get_attribute(name, false));
      if (typeof value === 'string') return value;
      return Array.isArray(value) ? value.map(String) : undefined;
    }
    case 'number': {
      const bytes = bytesFrom(file, byteLength, (pointer) => module.get_attribute_data(id, path, name, pointer));
      return numbers(file.name, place, type.element, metadata.shape, bytes);
    }
    case 'other':
      throw unsupportedHdf5(file.name, `'${place}' holds ${type.what}`, { place });
  }
}

function checkSize({ name, maxBytes }: OpenFile, place: string, byteLength: number): void {
  if (byteLength <= maxBytes) return;
  throw tooLargeHdf5(name, `'${place}' says that it holds ${byteLength} bytes, which no file of this size can`, {
    place,
    byteLength,
  });
}

/** What the library answers; what it throws is about the file. */
function known<T>(name: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw corruptHdf5(name, firstReason(error));
  }
}

/** The library tells of its errors from the outside in, a line each with its place in the library's code. */
function firstReason(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error).split('\n');
  const reasons = lines.flatMap((line) => /^\s*#\d+: .*?\(\): (.*)$/.exec(line)?.[1] ?? []);
  return reasons.at(-1) ?? lines[0];
}
