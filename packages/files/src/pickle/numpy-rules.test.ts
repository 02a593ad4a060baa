import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { FileError } from '../file-error.ts';
import { unpickle } from './index.ts';

/** Pickles in base64 by name, one for each protocol. */
const pickles: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('./goldens/pickle.json', import.meta.url), 'utf8'),
);
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const read = (text: string): unknown => unpickle(bytesOf(text), 'file.pkl');

/** The name of a pickle with each of its protocols. */
const protocols = (name: string) => pickles[name].map((text, protocol) => [protocol, text] as const);

describe('unpickle', () => {
  test.each(protocols('plain'))('reads plain values of protocol %i', (_, text) => {
    const values = read(text);
    expect(values).toEqual(
      new Map<string, unknown>([
        ['a', [1, -2, 70000, 2 ** 40, 2n ** 70n, true, null, 1.5, Infinity]],
        ['b', ['x', '日本', Uint8Array.of(0, 255)]],
        ['one', [1]],
        ['four', [1, 2, 3, 4]],
        ['negative', -5000000000],
        ['nested', [[], new Map(), []]],
      ]),
    );
  });

  test.each(protocols('array'))('reads the array of numbers of protocol %i', (_, text) => {
    const array = read(text);
    expect(array).toMatchObject({ descr: '<f8', shape: [2, 3], isFortran: false });
    // The assertion above has checked the fields.
    const { bytes } = array as { readonly bytes: Uint8Array };
    expect([...new Float64Array(bytes.slice().buffer)]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test.each(protocols('fortran'))('recognises the order of the axes of protocol %i', (_, text) => {
    expect(read(text)).toMatchObject({ shape: [2, 3], isFortran: true });
  });

  test.each(protocols('objects'))('reads the array of lists of protocol %i', (_, text) => {
    expect(read(text)).toMatchObject({
      descr: '|O',
      shape: [2],
      items: [
        [1, 14, 22],
        [1, 5],
      ],
    });
  });

  test.each(protocols('mixed'))('reads an array in a dictionary of protocol %i', (_, text) => {
    expect(read(text)).toMatchObject(
      new Map<string, unknown>([
        ['data', expect.objectContaining({ descr: '>i2', shape: [4], bytes: Uint8Array.of(0, 0, 0, 1, 0, 2, 0, 3) })],
        ['labels', [3, 1]],
      ]),
    );
  });

  test('reads a batch that Python 2 wrote, whose text is bytes', () => {
    const values = read(pickles.python2[0]);
    expect(values).toMatchObject(
      new Map<string, unknown>([
        [
          'data',
          expect.objectContaining({ descr: '|u1', shape: [2, 3], bytes: Uint8Array.of(1, 2, 3, 0x80, 0x90, 0xff) }),
        ],
        ['labels', [6, 9]],
        ['batch_label', new TextEncoder().encode('test')],
      ]),
    );
  });

  test('rejects every other object, and names it', () => {
    const codes = pickles.hostile.map((text) => {
      try {
        return read(text);
      } catch (error) {
        return error instanceof FileError ? [error.code, error.data.what] : error;
      }
    });
    expect(codes).toEqual([
      ['unsupported', "an object of 'os.system'"],
      ['unsupported', "an object of 'collections.OrderedDict'"],
      ['corrupt', undefined],
      ['unsupported', "an object of 'pathlib.PurePosixPath'"],
    ]);
  });

  test('rejects corrupt bytes with a FileError', () => {
    const random = randomSource(5);
    const files = Object.values(pickles).flat().map(bytesOf);
    const codes = new Set<string>();
    for (let i = 0; i < 3000; i++) {
      const file = files[i % files.length];
      const bytes = random.next() < 0.2 ? file.slice(0, random.integer(0, file.length)) : file.slice();
      if (bytes.length > 0) for (let k = 0; k < 3; k++) bytes[random.integer(0, bytes.length)] = random.integer(0, 256);
      try {
        unpickle(bytes, 'x');
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        codes.add(error.code);
      }
    }
    expect([...codes].sort()).toEqual(['corrupt', 'unsupported']);
  });
});
