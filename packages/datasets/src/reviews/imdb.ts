import { decodeNpyOrObjects, openNpzArchive } from '@manabi/data/internal';
import { type KindsOf, optional, readOptions } from '@manabi/errors';
import { type FileSource, openRandomAccess } from '@manabi/files';
import { isZipFile } from '@manabi/files/internal';
import { NumpyRandom } from '../numpy/numpy-random.ts';
import { fileKind, type PublishedFile, publishedFile } from '../published/index.ts';
import { type Review, readReviews, wordsOf } from './imdb-archive.ts';
import {
  type IndexedText,
  indexedTexts,
  noTextLeft,
  type SequenceOptions,
  selectWords,
  sequenceKinds,
  shiftWords,
  type TextClassificationData,
  wordLimit,
} from './sequences.ts';
import { imdbWordIndex } from './word-index.ts';

/** Options of `imdb`. */
export interface ImdbOptions extends SequenceOptions {
  /**
   * Path, URL or `Blob` of Keras's `imdb.npz` (default: the address where Keras publishes it), or of the original archive
   * `aclImdb_v1.tar.gz`. The content decides which of the two it is.
   */
  readonly file?: FileSource;
  /** Path, URL or `Blob` of Keras's `imdb_word_index.json`, for the original archive (default: Keras's address). */
  readonly wordIndex?: FileSource;
}

const kinds = { ...sequenceKinds, wordIndex: optional(fileKind) } satisfies KindsOf<ImdbOptions>;

const PUBLISHED: PublishedFile = {
  name: 'imdb.npz',
  url: 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz',
  sha256: '69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f',
};

/** All texts, in the order of the file. */
interface AllTexts {
  readonly train: readonly IndexedText[];
  readonly test: readonly IndexedText[];
}

/**
 * Loads 50,000 movie reviews of IMDB (Maas et al., "Learning Word Vectors for Sentiment Analysis", 2011) as sequences of word
 * indices: 25,000 for training and 25,000 for testing. Label 1 means positive, 0 negative. Words are numbered by
 * frequency; a word of index `i` in `imdbWordIndex` appears as `i + indexFrom`.
 *
 * From Keras's `imdb.npz`, the result equals that of Keras. From the original archive, the sequences of each review are the
 * same, but the reviews have another order.
 *
 * @returns `train` and `test`: `sequences` of word indices, `labels` uint8 `[25000]`
 * @throws FileError if a file cannot be downloaded or read; ManabiError `file` for a file with other content, `data` if
 * `maxlen` drops all reviews
 * @example
 * ```ts no-run
 * import { imdb } from '@manabi/datasets';
 *
 * const { train, test } = await imdb({ numWords: 10000 });
 * console.log(train.sequences[0].slice(0, 5)); // [1, 14, 22, 16, 43]
 * ```
 */
export async function imdb(options: ImdbOptions = {}): Promise<TextClassificationData> {
  const known = readOptions('imdb', options, kinds);
  const { seed, maxlen, numWords } = known;
  const file = await publishedFile(PUBLISHED, { op: 'imdb', ...known });
  const texts = await readTexts(file, known);
  const random = new NumpyRandom(seed);
  const part = (all: readonly IndexedText[]): readonly IndexedText[] => shiftWords(random.shuffled(all), known);
  const [train, test] = [part(texts.train), part(texts.test)];
  if (maxlen !== undefined && (train.length === 0 || test.length === 0)) throw noTextLeft('imdb', maxlen);
  const limit = wordLimit([...train, ...test], numWords);
  return { train: selectWords(train, limit, known), test: selectWords(test, limit, known) };
}

async function readTexts(source: FileSource, options: ImdbOptions): Promise<AllTexts> {
  const file = await openRandomAccess(source, { signal: options.signal });
  try {
    if (!isZipFile(await file.read(0, Math.min(4, file.size)))) return await readOriginal(source, options);
    const archive = await openNpzArchive(file);
    const { unpickle } = await import('@manabi/files/pickle');
    const texts = async (lists: string, labels: string): Promise<readonly IndexedText[]> =>
      indexedTexts(
        'imdb',
        file.name,
        decodeNpyOrObjects(await archive.bytes(lists), { source: file.name, array: lists }, unpickle),
        await archive.read(labels),
      );
    return { train: await texts('x_train', 'y_train'), test: await texts('x_test', 'y_test') };
  } finally {
    await file.close();
  }
}

async function readOriginal(source: FileSource, { wordIndex, cacheDirectory, signal }: ImdbOptions): Promise<AllTexts> {
  const index = await imdbWordIndex({ file: wordIndex, cacheDirectory, signal });
  const { train, test } = await readReviews('imdb', source, signal);
  const encoded = (reviews: readonly Review[]): readonly IndexedText[] =>
    reviews.map(({ text, label }) => ({ words: encode(text, index), label }));
  return { train: encoded(train), test: encoded(test) };
}

/** Returns the indices of the known words of a text. (`flatMap` would take four times as long.) */
function encode(text: string, index: ReadonlyMap<string, number>): readonly number[] {
  const words: number[] = [];
  for (const word of wordsOf(text)) {
    const number = index.get(word);
    if (number !== undefined) words.push(number);
  }
  return words;
}
