import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/core';
import { openRandomAccess } from '@manabi/files';
import { fromBase64, goldens } from '../goldens.fixture.ts';
import { hdf5Bytes, listWithLibrary, openBytes } from './hdf5.fixture.ts';
import { type Hdf5Dataset, type Hdf5Group, openHdf5 } from './open.ts';
import { groupAt, type NewDataset, newGroup } from './tree.ts';

const packed = goldens<{ readonly files: Readonly<Record<'earliest' | 'latest', string>> }>('hdf5').files;
const unpacked = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(inflateSync(fromBase64(text)));
const files = { earliest: unpacked(packed.earliest), latest: unpacked(packed.latest) };

const dataset = (value: HostArray, name: string): NewDataset => ({
  kind: 'dataset',
  value,
  attributes: new Map([['name', name]]),
});

async function groupIn(group: Hdf5Group, name: string): Promise<Hdf5Group> {
  const found = await group.get(name);
  if (found?.kind === 'group') return found;
  throw new Error(`${name} is not a group.`);
}

async function datasetIn(group: Hdf5Group, name: string): Promise<Hdf5Dataset> {
  const found = await group.get(name);
  if (found?.kind === 'dataset') return found;
  throw new Error(`${name} is not a dataset.`);
}

describe.each(['earliest', 'latest'] as const)('openHdf5: a file that h5py wrote with libver %s', (form) => {
  const open = (): Promise<Hdf5Group> => openBytes(files[form]);

  test('converts numbers of every type and byte order to the nearest supported dtype', async () => {
    const group = await groupIn(await open(), 'numbers');
    const numbers = await Promise.all(
      group.names.map(async (name) => [name, await (await datasetIn(group, name)).read()] as const),
    );
    expect(numbers).toHaveLength(12);
    for (const [name, { shape, data }] of numbers) expect([name, shape, [...data]]).toEqual([name, [1, 3], [1, 0, 1]]);
    expect(Object.fromEntries(numbers.map(([name, { dtype }]) => [name, dtype]))).toMatchObject({
      '<f2': 'float32',
      '>f4': 'float32',
      '<f8': 'float64',
      '<i8': 'int32',
      '>u8': 'uint32',
      '<u1': 'uint8',
      '?': 'bool',
    });
  });

  test('reads scalars, empty arrays and compressed chunks', async () => {
    const root = await open();
    const names = ['scalar', 'none', 'packed'];
    const values = await Promise.all(names.map(async (name) => (await datasetIn(root, name)).read()));
    expect(values).toEqual([
      hostArray('float32', [], Float32Array.of(3.5)),
      hostArray('float32', [0, 3], Float32Array.of()),
      hostArray('float64', [2, 3], Float64Array.of(0, 1, 2, 3, 4, 5)),
    ]);
  });

  test('reads attributes', async () => {
    const names = ['text', 'fixed', 'texts', 'number', 'empty', 'absent'];
    const root = await open();
    const [long, ...values] = await Promise.all(['long', ...names].map((name) => root.attribute(name)));
    expect(String(long).length).toBe(form === 'latest' ? 200_000 : 50_000);
    expect(values).toEqual([
      '日本',
      'word',
      ['kernel', 'bias'],
      hostArray('int32', [], Int32Array.of(5)),
      undefined,
      undefined,
    ]);
  });

  test('follows links and ignores links without a target', async () => {
    const root = await open();
    expect((await groupIn(root, 'again')).names).toHaveLength(12);
    expect(await root.get('soft')).toBeUndefined();
  });

  test.each([
    ['text', 'unsupported', { dataset: 'text' }],
    ['complex', 'unsupported', { dataset: 'complex' }],
    ['beyond', 'unsupported', { array: 'beyond', index: 0 }],
    ['unwritten', 'tooLarge', { place: 'unwritten', byteLength: 2 ** 42 }],
  ])('rejects the dataset named "%s"', async (name, code, data) => {
    await expect((await datasetIn(await open(), name)).read()).rejects.toMatchObject({
      code,
      data: { source: 'a.h5', ...data },
    });
  });
});

describe('writeHdf5', () => {
  const root = newGroup();
  const vars = groupAt(root, ['layers', 'dense', 'vars']);
  const values = {
    '0': hostArray('float32', [2, 2], Float32Array.of(1, 2, Number.NaN, -0)),
    '1': hostArray('int32', [], Int32Array.of(-7)),
    '2': hostArray('uint32', [0, 3], Uint32Array.of()),
    '3': hostArray('bool', [2], Uint8Array.of(0, 1)),
    '4': hostArray('float64', [1], Float64Array.of(Math.PI)),
    '5': hostArray('uint8', [3], Uint8Array.of(1, 2, 255)),
  };
  for (const [name, value] of Object.entries(values)) vars.children.set(name, dataset(value, `学び ${name}`));
  root.attributes.set('by', 'hand');
  root.attributes.set('long', 'x'.repeat(100_000));

  test('writes values, dtypes and attributes that openHdf5 restores', async () => {
    const opened = await openBytes(hdf5Bytes(root));
    const group = await groupIn(await groupIn(await groupIn(opened, 'layers'), 'dense'), 'vars');
    const found = await Promise.all(
      group.names.map(async (name) => {
        const node = await datasetIn(group, name);
        expect(await node.attribute('name')).toBe(`学び ${name}`);
        return [name, await node.read()] as const;
      }),
    );
    expect(Object.fromEntries(found)).toEqual(values);
    expect(await opened.attribute('by')).toBe('hand');
    expect(String(await opened.attribute('long')).length).toBe(100_000);
  });

  test('writes a file that the HDF5 library reads', async () => {
    const listing = await listWithLibrary(hdf5Bytes(root));
    expect(listing).toMatchObject({
      '': ['layers'],
      '@by': 'hand',
      '@long': 'x'.repeat(100_000),
      'layers/dense/vars/0@name': '学び 0',
    });
    for (const [name, { shape, data }] of Object.entries(values)) {
      expect(listing[`layers/dense/vars/${name}`]).toEqual({ shape, values: [...data] });
    }
  });

  test('supports more than 65,535 links and attributes in a group', async () => {
    const wide = newGroup();
    for (let i = 0; i < 66_000; i++) wide.attributes.set(`a${i}`, String(i));
    for (let i = 0; i < 66_000; i++) wide.children.set(`c${i}`, newGroup());
    const opened = await openBytes(hdf5Bytes(wide));
    expect(opened.names).toHaveLength(66_000);
    expect(await opened.attribute('a65999')).toBe('65999');
  });
});

describe('openHdf5: a file on disk', () => {
  test('reads only the parts of the file that a dataset needs', async () => {
    const root = newGroup();
    root.children.set('large', dataset(hostArray('uint8', [4_000_000], new Uint8Array(4_000_000)), 'large'));
    root.children.set('small', dataset(hostArray('float32', [2], Float32Array.of(1, 2)), 'small'));
    const folder = await mkdtemp(join(tmpdir(), 'manabi-hdf5-'));
    try {
      await writeFile(join(folder, 'a.h5'), hdf5Bytes(root));
      const file = await openRandomAccess(join(folder, 'a.h5'));
      let read = 0;
      const opened = await openHdf5({
        ...file,
        read: (start, end) => {
          read += end - start;
          return file.read(start, end);
        },
      });
      expect(await (await datasetIn(opened, 'small')).read()).toEqual(hostArray('float32', [2], Float32Array.of(1, 2)));
      await file.close();
      expect(read).toBeLessThan(200_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('openHdf5: invalid files', () => {
  test.each([
    ['an empty file', Uint8Array.of()],
    ['other bytes', Uint8Array.of(1, 2, 3)],
    ['the first half of a file', files.earliest.subarray(0, 4000)],
  ])('rejects %s', async (_, bytes) => {
    await expect(openBytes(bytes, 'c.h5')).rejects.toMatchObject({ code: 'corrupt', data: { source: 'c.h5' } });
  });

  test('rejects a file in which any byte of the metadata is changed', async () => {
    const bytes = hdf5Bytes(newGroup());
    // The last bytes are padding.
    for (let at = 0; at < bytes.length - 6; at++) {
      const copy = bytes.slice();
      copy[at] ^= 1;
      await expect(openBytes(copy)).rejects.toMatchObject({ name: 'FileError' });
    }
  });
});
