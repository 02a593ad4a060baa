import { integer, type KindsOf, optional, readOptions } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import { NumpyRandom } from '../numpy/numpy-random.ts';
import { type FileOptions, fileKinds, type PublishedFile, publishedFile } from '../published/index.ts';
import { type Review, readReviews } from './imdb-archive.ts';

/** Texts with their class labels. */
export interface LabelledTexts {
  readonly texts: readonly string[];
  /** Class indices: uint8 `[count]`. */
  readonly labels: HostArray;
}

/** Texts for training and for testing. */
export interface RawTextData {
  readonly train: LabelledTexts;
  readonly test: LabelledTexts;
}

/** Options of `imdbReviews`. */
export interface ImdbReviewsOptions extends FileOptions {
  /** Seed of the order of reviews, an integer in [0, 2^32) (default 113). */
  readonly seed?: number;
}

const kinds = {
  ...fileKinds,
  seed: optional(integer({ min: 0, below: 2 ** 32 }), 113),
} satisfies KindsOf<ImdbReviewsOptions>;

const PUBLISHED: PublishedFile = {
  name: 'aclImdb_v1.tar.gz',
  url: 'https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz',
  sha256: 'c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe',
};

/**
 * Loads the texts of 50,000 movie reviews of IMDB from the original archive (Maas et al., "Learning Word Vectors for
 * Sentiment Analysis", 2011), for tokenizers: 25,000 for training and 25,000 for testing, in random order. Label 1 means
 * positive, 0 negative. The order is that of `imdb` with the same archive and seed.
 *
 * @returns `train` and `test`: `texts`, `labels` uint8 `[25000]`
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` for an archive of other files
 * @example
 * ```ts no-run
 * import { imdbReviews } from '@manabi/datasets';
 *
 * const { train } = await imdbReviews({ file: 'aclImdb_v1.tar.gz' });
 * console.log(train.texts.length); // 25000
 * ```
 */
export async function imdbReviews(options: ImdbReviewsOptions = {}): Promise<RawTextData> {
  const known = readOptions('imdbReviews', options, kinds);
  const file = await publishedFile(PUBLISHED, { op: 'imdbReviews', ...known });
  const { train, test } = await readReviews('imdbReviews', file, known.signal);
  const random = new NumpyRandom(known.seed);
  const part = (reviews: readonly Review[]): LabelledTexts => {
    const shuffled = random.shuffled(reviews);
    const labels = Uint8Array.from(shuffled, ({ label }) => label);
    return { texts: shuffled.map(({ text }) => text), labels: hostArray('uint8', [labels.length], labels) };
  };
  return { train: part(train), test: part(test) };
}
