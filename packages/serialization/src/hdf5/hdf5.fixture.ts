import type { HostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { joinedBytes } from '@manabi/files/internal';
import h5wasm, { type Dataset, type Group } from 'h5wasm';
import { accessBytes } from '../stores/index.ts';
import { type Hdf5Group, type Hdf5Node, openHdf5 } from './open.ts';
import type { NewGroup } from './tree.ts';
import { writeHdf5 } from './write.ts';

/** Opens bytes as an HDF5 file. */
export function openBytes(bytes: Uint8Array<ArrayBuffer>, name = 'a.h5'): Promise<Hdf5Group> {
  return openHdf5(accessBytes(bytes, name));
}

/** Returns an HDF5 file as one array. */
export function hdf5Bytes(root: NewGroup): Uint8Array<ArrayBuffer> {
  return joinedBytes(writeHdf5(root));
}

/** Content of a file by path: shapes and elements of datasets, and values of attributes under `path@name`. */
export type Listing = Record<string, unknown>;

const MOST_LEVELS = 6;
const MOST_NAMES = 100;

/** Converts each 64-bit integer that a JavaScript number represents exactly to a number. */
function plain(values: ArrayLike<number | bigint>): readonly unknown[] {
  return Array.from(values, (value) =>
    typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : value,
  );
}

function listed({ shape, data }: HostArray): unknown {
  return { shape: [...shape], values: plain(data) };
}

/**
 * Reads all content of a file with manabi.
 *
 * @param attributes names of attributes by path; the reader finds attributes only by name
 */
export async function listWithManabi(root: Hdf5Group, attributes: ReadonlySet<string>): Promise<Listing> {
  const listing: Listing = {};
  const note = async (key: string, read: () => Promise<unknown>): Promise<void> => {
    try {
      listing[key] = await read();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      listing[key] = error.code;
    }
  };
  const visit = async (node: Hdf5Node, level: number): Promise<void> => {
    for (const each of attributes) {
      const [path, name] = [each.slice(0, each.lastIndexOf('@')), each.slice(each.lastIndexOf('@') + 1)];
      if (path !== node.path) continue;
      await note(each, async () => {
        const value = await node.attribute(name);
        return typeof value === 'object' && 'data' in value ? listed(value) : value;
      });
    }
    if (node.kind === 'dataset') return note(node.path, async () => listed(await node.read()));
    listing[node.path] = [...node.names];
    for (const name of level < MOST_LEVELS && node.names.length < MOST_NAMES ? node.names : []) {
      const child = await node.get(name).catch(() => undefined);
      if (child !== undefined) await visit(child, level + 1);
    }
  };
  await visit(root, 0);
  return listing;
}

/** Reads all content of a file with the HDF5 library, whose results the tests expect. */
export async function listWithLibrary(bytes: Uint8Array): Promise<Listing> {
  const { FS } = await h5wasm.ready;
  const path = `/${crypto.randomUUID()}.h5`;
  FS.writeFile(path, bytes);
  const file = new h5wasm.File(path, 'r');
  const listing: Listing = {};
  const visit = (node: Group | Dataset, at: string, level: number): void => {
    for (const [name, attribute] of Object.entries(node.attrs)) listing[`${at}@${name}`] = attributeValue(attribute);
    if (!('keys' in node)) {
      if (!('metadata' in node)) return;
      const { value, shape } = node;
      listing[at] =
        typeof value === 'object' && value !== null && 'length' in value && ArrayBuffer.isView(value)
          ? { shape: shape ?? [0], values: plain(value as unknown as ArrayLike<number>) }
          : typeof value === 'number' || typeof value === 'bigint'
            ? { shape: [], values: plain([value]) }
            : 'other';
      return;
    }
    listing[at] = [...node.keys()].sort();
    for (const name of level < MOST_LEVELS && node.keys().length < MOST_NAMES ? node.keys() : []) {
      const child = node.get(name);
      if (child !== null && ('keys' in child || 'metadata' in child))
        visit(child as Group, at === '' ? name : `${at}/${name}`, level + 1);
    }
  };
  try {
    visit(file, '', 0);
  } finally {
    file.close();
    FS.unlink(path);
  }
  return listing;
}

function attributeValue(attribute: { readonly value: unknown; readonly shape: readonly number[] | null }): unknown {
  const { value, shape } = attribute;
  if (shape === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return { shape: [], values: plain([value]) };
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  if (ArrayBuffer.isView(value)) return { shape: [...shape], values: plain(value as unknown as ArrayLike<number>) };
  return 'other';
}
