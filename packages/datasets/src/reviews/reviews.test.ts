import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { describeWithShared } from '@manabi/testing';
import { fileOf, goldens, optionsOf } from '../goldens.fixture.ts';
import { imdb, imdbReviews, imdbWordIndex, reuters, reutersWordIndex } from '../index.ts';

const wordIndexFile = new Blob([JSON.stringify({ the: 1, movie: 2, "it's": 3, constructor: 4, __proto__x: 5 })]);

describe('imdb', () => {
  const { files, cases } = goldens.imdb;

  test.each(cases)('returns what Keras returns from imdb.npz with $options', async ({ options, x, y, u, v }) => {
    const { train, test: testing } = await imdb({ file: fileOf(files[0]), ...optionsOf(options) });
    expect(train.sequences).toEqual(x);
    expect(Array.from(train.labels.data)).toEqual(y);
    expect(testing.sequences).toEqual(u);
    expect(Array.from(testing.labels.data)).toEqual(v);
    expect(train.labels).toMatchObject({ dtype: 'uint8', shape: [x.length] });
  });

  test('reads archives that older versions of Python and NumPy wrote', async () => {
    const results = await Promise.all(files.map((file) => imdb({ file: fileOf(file) })));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test('maxlen drops texts of maxlen words or more instead of truncating them', async () => {
    const { train } = await imdb({ file: fileOf(files[0]), maxlen: 5 });
    const all = await imdb({ file: fileOf(files[0]) });
    expect(Math.max(...train.sequences.map(({ length }) => length))).toBe(4);
    expect(train.sequences.length).toBe(all.train.sequences.filter(({ length }) => length < 5).length);
  });

  test('numWords limits indices after indexFrom is added', async () => {
    const { train } = await imdb({ file: fileOf(files[0]), numWords: 20 });
    const words = new Set(train.sequences.flat());
    expect(Math.max(...words)).toBe(19);
    expect(words.has(3)).toBe(false);
  });

  test('rejects a maxlen that drops all texts', async () => {
    await expect(imdb({ file: fileOf(files[0]), maxlen: 1 })).rejects.toMatchObject({
      code: 'data',
      data: { maxlen: 1 },
    });
  });

  test('rejects an archive of something else', async () => {
    await expect(imdb({ file: fileOf(goldens.reuters.files[0]) })).rejects.toMatchObject({ code: 'argument' });
    await expect(imdb({ file: fileOf(goldens.cifar.cifar10.binary), wordIndex: wordIndexFile })).rejects.toMatchObject({
      code: 'file',
      op: 'imdb',
    });
  });

  test('tells where to get the file if it cannot be downloaded', async () => {
    const before = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'));
    const loading = imdb({ cacheDirectory: '/nonexistent/manabi' });
    await expect(loading).rejects.toMatchObject({
      name: 'FileError',
      message: expect.stringMatching(/storage\.googleapis\.com.*imdb\.npz.*imdb\(\{ file: 'imdb\.npz' \}\)/s),
      data: { op: 'imdb' },
    });
    globalThis.fetch = before;
  });
});

describe('reuters', () => {
  const { files, cases } = goldens.reuters;

  test.each(cases)('returns what Keras returns from reuters.npz with $options', async ({ options, x, y, u, v }) => {
    for (const file of files) {
      const { train, test: testing } = await reuters({ file: fileOf(file), ...optionsOf(options) });
      expect(train.sequences).toEqual(x);
      expect(Array.from(train.labels.data)).toEqual(y);
      expect(testing.sequences).toEqual(u);
      expect(Array.from(testing.labels.data)).toEqual(v);
    }
  });
});

describe('word indices', () => {
  test.each([
    ['imdbWordIndex', imdbWordIndex],
    ['reutersWordIndex', reutersWordIndex],
  ])('%s returns each word with its index', async (_, load) => {
    const index = await load({ file: wordIndexFile });
    expect([...index]).toEqual([
      ['the', 1],
      ['movie', 2],
      ["it's", 3],
      ['constructor', 4],
      ['__proto__x', 5],
    ]);
  });

  test.each(['<html>', '[1]', '{"the": "1"}', '{"the": 0}'])('rejects a file with the content %s', async (content) => {
    await expect(imdbWordIndex({ file: new Blob([content]) })).rejects.toMatchObject({
      code: 'file',
      op: 'imdbWordIndex',
    });
  });
});

/** The first review for training as Keras documents it, with 10,000 words. */
const FIRST_REVIEW = [
  1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65, 458, 4468, 66, 3941, 4, 173, 36, 256, 5, 25, 100, 43, 838, 112, 50, 670,
  2, 9, 35, 480, 284, 5, 150, 4, 172, 112, 167, 2, 336, 385, 39, 4, 172, 4536, 1111, 17, 546, 38, 13, 447, 4, 192, 50,
  16, 6, 147, 2025, 19, 14, 22, 4, 1920, 4613, 469, 4, 22, 71, 87, 12, 16, 43, 530, 38, 76, 15, 13, 1247, 4, 22, 17,
  515, 17, 12, 16, 626, 18, 2, 5, 62, 386, 12, 8, 316, 8, 106, 5, 4, 2223, 5244, 16, 480, 66, 3785, 33, 4, 130, 12, 16,
  38, 619, 5, 25, 124, 51, 36, 135, 48, 25, 1415, 33, 6, 22, 12, 215, 28, 77, 52, 5, 14, 407, 16, 82, 2, 8, 4, 107, 117,
  5952, 15, 256, 4, 2, 7, 3766, 5, 723, 36, 71, 43, 530, 476, 26, 400, 317, 46, 7, 4, 2, 1029, 13, 104, 88, 4, 381, 15,
  297, 98, 32, 2071, 56, 26, 141, 6, 194, 7486, 18, 4, 226, 22, 21, 134, 476, 26, 480, 5, 144, 30, 5535, 18, 51, 36, 28,
  224, 92, 25, 104, 4, 226, 65, 16, 38, 1334, 88, 12, 16, 283, 5, 16, 4472, 113, 103, 32, 15, 16, 5345, 19, 178, 32,
];

/** Returns the sum of numbers. */
const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);

/** Creates an archive in the format tar.gz. */
function archiveOf(files: readonly (readonly [path: string, text: string])[]): Blob {
  const blocks = files.flatMap(([path, text]) => {
    const content = new TextEncoder().encode(text);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write(' '.repeat(8), 148);
    header.write('0', 156);
    header.write(
      header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0'),
      148,
    );
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return new Blob([gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))]);
}

describe('an archive of reviews', () => {
  const reviews = ['train/pos/0_9', 'train/neg/1_1', 'test/neg/0_2', 'test/pos/2_10', 'train/unsup/0_0'];
  const file = archiveOf(reviews.map((name) => [`aclImdb/${name}.txt`, `The movie. It's <br />THE unknown ${name}`]));

  test('is encoded with the word index, without unknown words', async () => {
    const { train, test: testing } = await imdb({ file, wordIndex: wordIndexFile, numWords: 100 });
    expect(train.sequences).toEqual([
      [1, 4, 5, 6, 4],
      [1, 4, 5, 6, 4],
    ]);
    expect([...train.labels.data].sort()).toEqual([0, 1]);
    expect([...testing.labels.data].sort()).toEqual([0, 1]);
  });

  test('has its texts in the order of the sequences', async () => {
    const [sequences, raw] = await Promise.all([imdb({ file, wordIndex: wordIndexFile }), imdbReviews({ file })]);
    expect(raw.train.labels).toEqual(sequences.train.labels);
    expect(raw.test.labels).toEqual(sequences.test.labels);
    expect(raw.train.texts[0]).toMatch(/unknown train/);
  });
});

describeWithShared('the original archive of IMDB', 'data/imdb', (folder) => {
  test('has the reviews of Keras', async () => {
    const { train, test: testing } = await imdbReviews({ file: join(folder, 'aclImdb_labelled.tar.gz') });
    expect([train.texts.length, testing.texts.length]).toEqual([25000, 25000]);
    expect(sumOf(testing.labels.data)).toBe(12500);
    // The reviews are shuffled, so any part has both labels.
    expect(sumOf(train.labels.data.slice(0, 1000))).toBeGreaterThan(400);
    const first = train.texts.find((text) => text.startsWith('this film was just brilliant,casting,location scenery'));
    const file = archiveOf([
      ['train/pos/576_10.txt', first ?? ''],
      ['test/pos/0_10.txt', ''],
    ]);
    const wordIndex = join(folder, 'imdb_word_index.json');
    const encoded = await imdb({ file, wordIndex, numWords: 10000 });
    expect(encoded.train.sequences).toEqual([FIRST_REVIEW]);
  });
});
