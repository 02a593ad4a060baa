import { ManabiError, readOptions } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { nameOf, readText } from '@manabi/files';
import { type FileOptions, fileKinds, type PublishedFile, publishedFile } from '../published/index.ts';

/** Options of `imdbWordIndex` and `reutersWordIndex`. */
export interface WordIndexOptions extends FileOptions {}

const IMDB: PublishedFile = {
  name: 'imdb_word_index.json',
  url: 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb_word_index.json',
  sha256: '027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6',
};
const REUTERS: PublishedFile = {
  name: 'reuters_word_index.json',
  url: 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/reuters_word_index.json',
};

/**
 * Loads the index of each word in `imdb`: 1 for the most frequent word, and so on. In the sequences of `imdb`, the indices
 * are larger by `indexFrom`.
 *
 * @returns 88,584 words with their indices
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` for another file
 * @example
 * ```ts no-run
 * import { imdbWordIndex } from '@manabi/datasets';
 *
 * const index = await imdbWordIndex();
 * console.log(index.get('the')); // 1
 * ```
 */
export async function imdbWordIndex(options: WordIndexOptions = {}): Promise<ReadonlyMap<string, number>> {
  return readWordIndex('imdbWordIndex', IMDB, options);
}

/**
 * Loads the index of each word in `reuters`: 1 for the most frequent word, and so on. In the sequences of `reuters`, the
 * indices are larger by `indexFrom`.
 *
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` for another file
 * @example
 * ```ts no-run
 * import { reutersWordIndex } from '@manabi/datasets';
 *
 * const index = await reutersWordIndex();
 * console.log(index.get('the')); // 1
 * ```
 */
export async function reutersWordIndex(options: WordIndexOptions = {}): Promise<ReadonlyMap<string, number>> {
  return readWordIndex('reutersWordIndex', REUTERS, options);
}

async function readWordIndex(
  op: string,
  published: PublishedFile,
  options: WordIndexOptions,
): Promise<ReadonlyMap<string, number>> {
  const known = readOptions(op, options, fileKinds);
  const file = await publishedFile(published, { op, ...known });
  const wrong = (): ManabiError =>
    new ManabiError(
      'file',
      `${nameOf(file)} is not a word index: expected JSON { word: index, … }. Check its location.`,
      {
        op,
        data: { source: nameOf(file) },
      },
    );
  let content: unknown;
  try {
    content = JSON.parse(await readText(file, { signal: known.signal }));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw wrong();
  }
  if (!isPlainObject(content)) throw wrong();
  const index = new Map<string, number>();
  for (const [word, value] of Object.entries(content)) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw wrong();
    index.set(word, value);
  }
  return index;
}
