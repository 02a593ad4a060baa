import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/core';
import { fuzz, fuzzCount } from '../fuzz.fixture.ts';
import { fromBase64, goldens } from '../goldens.fixture.ts';
import { type Hdf5Dataset, type Hdf5Group, withHdf5 } from './open.ts';
import { groupAt, type NewDataset, newGroup } from './tree.ts';
import { writeHdf5 } from './write.ts';

const packed = goldens<{ readonly files: Readonly<Record<'earliest' | 'latest', string>> }>('hdf5').files;
const unpacked = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(inflateSync(fromBase64(text)));
const files = { earliest: unpacked(packed.earliest), latest: unpacked(packed.latest) };

const dataset = (value: HostArray, name: string): NewDataset => ({
  kind: 'dataset',
  value,
  attributes: new Map([['name', name]]),
});

function groupIn(group: Hdf5Group, name: string): Hdf5Group {
  const found = group.get(name);
  if (found?.kind === 'group') return found;
  throw new Error(`${name} is no group.`);
}

function datasetIn(group: Hdf5Group, name: string): Hdf5Dataset {
  const found = group.get(name);
  if (found?.kind === 'dataset') return found;
  throw new Error(`${name} is no dataset.`);
}

describe.each(['earliest', 'latest'] as const)('a file of h5py in its %s form', (form) => {
  const read = <T>(use: (root: Hdf5Group) => T): Promise<T> => withHdf5('a.h5', files[form], use);

  it('gives numbers of any type and byte order, as what holds them all', async () => {
    const numbers = await read((root) => {
      const group = groupIn(root, 'numbers');
      return group.names.map((name) => [name, datasetIn(group, name).read()] as const);
    });
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

  it('gives scalars, arrays of nothing, and packed chunks', async () => {
    const values = await read((root) => ['scalar', 'none', 'packed'].map((name) => datasetIn(root, name).read()));
    expect(values).toEqual([
      hostArray('float32', [], Float32Array.of(3.5)),
      hostArray('float32', [0, 3], Float32Array.of()),
      hostArray('float64', [2, 3], Float64Array.of(0, 1, 2, 3, 4, 5)),
    ]);
  });

  it('gives attributes', async () => {
    const names = ['text', 'fixed', 'texts', 'number', 'empty', 'absent'];
    const [long, ...values] = await read((root) => ['long', ...names].map((name) => root.attribute(name)));
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

  it('follows links within, and leaves out those that lead nowhere', async () => {
    const [names, soft] = await read((root) => [groupIn(root, 'again').names, root.get('soft')] as const);
    expect(names).toHaveLength(12);
    expect(soft).toBeUndefined();
  });

  it.each([
    ['text', 'unsupported', { dataset: 'text' }],
    ['complex', 'unsupported', { dataset: 'complex' }],
    ['beyond', 'unsupported', { array: 'beyond', index: 0 }],
    ['unwritten', 'tooLarge', { place: 'unwritten', byteLength: 2 ** 42 }],
  ])('refuses to read the dataset %s', async (name, code, data) => {
    await expect(read((root) => datasetIn(root, name).read())).rejects.toMatchObject({
      code,
      data: { source: 'a.h5', ...data },
    });
  });
});

describe('a file written here', () => {
  it('holds what it was given', async () => {
    const root = newGroup();
    const vars = groupAt(root, ['layers', 'dense', 'vars']);
    vars.children.set('0', dataset(hostArray('float32', [2, 2], Float32Array.of(1, 2, Number.NaN, -0)), 'kernel'));
    vars.children.set('1', dataset(hostArray('int32', [], Int32Array.of(7)), 'iterations'));
    vars.children.set('2', dataset(hostArray('uint32', [0, 3], Uint32Array.of()), 'none'));
    vars.children.set('3', dataset(hostArray('bool', [2], Uint8Array.of(0, 1)), 'flags'));
    root.attributes.set('by', 'hand');

    const { by, found } = await withHdf5('b.h5', await writeHdf5(root), (opened) => {
      const group = groupIn(groupIn(groupIn(opened, 'layers'), 'dense'), 'vars');
      const datasets = group.names.map((name) => datasetIn(group, name));
      return { by: opened.attribute('by'), found: datasets.map((d) => [d.attribute('name'), d.read()]) };
    });

    expect(by).toBe('hand');
    expect(found).toEqual([
      ['kernel', hostArray('float32', [2, 2], Float32Array.of(1, 2, Number.NaN, -0))],
      ['iterations', hostArray('int32', [], Int32Array.of(7))],
      ['none', hostArray('uint32', [0, 3], Uint32Array.of())],
      ['flags', hostArray('uint8', [2], Uint8Array.of(0, 1))],
    ]);
  });
});

describe('broken files', () => {
  it.each([
    ['no bytes', Uint8Array.of()],
    ['other bytes', Uint8Array.of(1, 2, 3)],
    ['the first half of a file', files.earliest.subarray(0, 4000)],
  ])('are refused: %s', async (_, bytes) => {
    await expect(withHdf5('c.h5', bytes, () => null)).rejects.toMatchObject({
      code: 'corrupt',
      data: { source: 'c.h5' },
    });
  });

  it(`are read or refused, whatever is wrong: ${fuzzCount} spoilt files`, async () => {
    const { read, refused } = await fuzz([files.earliest, files.latest], (bytes) =>
      withHdf5('d.h5', bytes, (root) => readAll(root, 0)),
    );
    expect(read + Object.values(refused).reduce((sum, n) => sum + n, 0)).toBe(fuzzCount);
    expect(Object.keys(refused)).toContain('corrupt');
  });
});

/** Reads all that can be read of a group whose links may go in circles. */
function readAll(group: Hdf5Group, depth: number): void {
  for (const name of group.names) {
    const found = group.get(name);
    if (found?.kind === 'dataset' && found.type.kind === 'number' && name !== 'unwritten' && name !== 'beyond')
      found.read();
    if (found?.kind === 'group' && depth < 5) readAll(found, depth + 1);
  }
  for (const name of ['text', 'texts', 'number', 'long']) group.attribute(name);
}
