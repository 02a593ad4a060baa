import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { openZip } from '@manabi/files/internal';
import { describeWithShared, filesInTar } from '@manabi/testing';
import { fromBase64, goldens } from '../goldens.fixture.ts';
import { accessBytes } from '../stores/index.ts';
import { type Listing, listWithLibrary, listWithManabi, openBytes } from './hdf5.fixture.ts';

interface Case {
  readonly name: string;
  readonly libver: string;
  readonly file: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const { cases } = goldens<{ readonly cases: readonly Case[] }>('hdf5-structures');

/**
 * Returns the values that h5py read. The golden file stores a large array as its most common element and the elements
 * that differ.
 */
function expected(content: Case['content']): Listing {
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => {
      if (typeof value !== 'object' || value === null || !('others' in value)) return [key, value ?? undefined];
      // The script that writes the file determines its structure.
      const { shape, common, others } = value as { shape: number[]; common: number; others: [number, number][] };
      const values = new Array<number>(shape[0]).fill(common);
      for (const [index, element] of others) values[index] = element;
      return [key, { shape, values }];
    }),
  );
}

const attributesIn = (listing: Listing): Set<string> =>
  new Set(Object.keys(listing).filter((key) => key.includes('@')));

describe('openHdf5: structures written by h5py', () => {
  test.each(cases.map((each) => [each.name, each.libver, each] as const))(
    'reads %s, written with libver %s',
    async (_, __, { file, content }) => {
      const listing = expected(content);
      const bytes = Uint8Array.from(inflateSync(fromBase64(file)));
      expect(await listWithManabi(await openBytes(bytes), attributesIn(listing))).toEqual(listing);
    },
  );
});

/**
 * Checks that manabi reads the same content as the HDF5 library, without the parts that manabi rejects as unsupported.
 */
async function compare(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<{ equal: number; refused: string[] }> {
  const reference = await listWithLibrary(bytes);
  const listing = await listWithManabi(await openBytes(bytes, name), attributesIn(reference));
  const refused = Object.keys(listing).filter((key) => listing[key] === 'unsupported');
  for (const key of refused) reference[key] = 'unsupported';
  expect([name, listing]).toEqual([name, reference]);
  return { equal: Object.keys(listing).length - refused.length, refused };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

describe('openHdf5 reads the same content as the HDF5 library', () => {
  describeWithShared('models of Keras 1 and 2', 'data/formats/keras-h5-models.tar.gz', (path) => {
    test('from all 501 models', async () => {
      let [files, equal] = [0, 0];
      for (const [name, bytes] of filesInTar(path)) {
        if (!/\.(h5|hdf5)$/.test(name)) continue;
        const result = await compare(name, bytes);
        expect(result.refused).toEqual([]);
        files++;
        equal += result.equal;
      }
      expect({ files, equal }).toEqual({ files: 501, equal: 11_550 });
    });
  });

  describeWithShared('models of Keras 2 and 3', 'data/formats', (folder) => {
    const paths = ['keras-h5', 'keras'].flatMap((name) => filesIn(join(folder, name)));
    test.each(paths.filter((path) => path.endsWith('.h5')))('from %s', async (path) => {
      expect((await compare(path, Uint8Array.from(readFileSync(path)))).refused).toEqual([]);
    });
  });

  describeWithShared('samples of other readers', 'data/formats/hdf5', (folder) => {
    // The WebAssembly build of the HDF5 library does not read float16, and represents datasets without elements
    // differently.
    const left = ['jsfive/test/test.h5', 'h5wasm/test/empty.h5', 'h5wasm/test/array.h5'];
    const paths = filesIn(folder).filter((path) => !path.endsWith('.txt') && !left.some((end) => path.endsWith(end)));
    test.each(paths)('from %s', async (path) => {
      expect((await compare(path, Uint8Array.from(readFileSync(path)))).equal).toBeGreaterThan(0);
    });
  });

  const goldenFolder = new URL('../keras/goldens/', import.meta.url);
  // The library reads float16 only on hosts with Float16Array (Node 24).
  const isReadable = (name: string): boolean => name !== 'kept-policies.keras' || 'Float16Array' in globalThis;
  const files = readdirSync(goldenFolder).filter((name) => name.endsWith('.keras'));
  for (const name of files)
    if (!isReadable(name))
      test.skip(`from the weights in ${name}, which the library reads only with Float16Array`, () => {});
  test.each(files.filter(isReadable))('from the weights in %s', async (name) => {
    const zip = await openZip(accessBytes(Uint8Array.from(readFileSync(new URL(name, goldenFolder))), name));
    const entry = zip.entries.get('model.weights.h5');
    if (entry === undefined) throw new Error(`${name} has no model.weights.h5.`);
    expect((await compare(name, await zip.read(entry))).refused).toEqual([]);
  });
});
