import { decodeNpyOrObjects, openNpzArchive } from '@manabi/data/internal';
import { type KindsOf, number, optional, readOptions } from '@manabi/errors';
import { NumpyRandom } from '../numpy/numpy-random.ts';
import { openPublished, type PublishedFile } from '../published/index.ts';
import {
  indexedTexts,
  noTextLeft,
  type SequenceOptions,
  selectWords,
  sequenceKinds,
  shiftWords,
  type TextClassificationData,
  wordLimit,
} from './sequences.ts';

/** Options of `reuters`. */
export interface ReutersOptions extends SequenceOptions {
  /** Fraction of the texts to test with, in [0, 1) (default 0.2). */
  readonly testSplit?: number;
}

const kinds = {
  ...sequenceKinds,
  testSplit: optional(number({ min: 0, below: 1 }), 0.2),
} satisfies KindsOf<ReutersOptions>;

const PUBLISHED: PublishedFile = {
  name: 'reuters.npz',
  url: 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/reuters.npz',
  sha256: 'd6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916',
};

/**
 * Loads 11,228 newswires of Reuters, labelled with 46 topics, as sequences of word indices from Keras's file. Words are
 * numbered by frequency; a word of index `i` in `reutersWordIndex` appears as `i + indexFrom`. The result equals that of
 * Keras.
 *
 * @returns `train` and `test`: `sequences` of word indices, `labels` uint8 `[8982 | 2246]`
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` for a file with other content, `data` if
 * `maxlen` drops all texts
 * @example
 * ```ts no-run
 * import { reuters } from '@manabi/datasets';
 *
 * const { train, test } = await reuters({ numWords: 10000 });
 * console.log(train.sequences.length); // 8982
 * ```
 */
export async function reuters(options: ReutersOptions = {}): Promise<TextClassificationData> {
  const known = readOptions('reuters', options, kinds);
  const file = await openPublished(PUBLISHED, { op: 'reuters', ...known });
  try {
    const archive = await openNpzArchive(file);
    const { unpickle } = await import('@manabi/files/pickle');
    const all = indexedTexts(
      'reuters',
      file.name,
      decodeNpyOrObjects(await archive.bytes('x'), { source: file.name, array: 'x' }, unpickle),
      await archive.read('y'),
    );
    const texts = shiftWords(new NumpyRandom(known.seed).shuffled(all), known);
    if (known.maxlen !== undefined && texts.length === 0) throw noTextLeft('reuters', known.maxlen);
    const limit = wordLimit(texts, known.numWords);
    const trained = Math.trunc(texts.length * (1 - known.testSplit));
    return {
      train: selectWords(texts.slice(0, trained), limit, known),
      test: selectWords(texts.slice(trained), limit, known),
    };
  } finally {
    await file.close();
  }
}
