import { ManabiError } from '@manabi/errors';
import { decompressStream, type FileSource, nameOf, openStream } from '@manabi/files';
import { readTar } from '@manabi/files/internal';

/** A review in the original archive. */
export interface Review {
  readonly text: string;
  /** 1 for a positive review, 0 for a negative one. */
  readonly label: number;
}

/** The reviews of the original archive, in the order of their paths. */
export interface Reviews {
  readonly train: readonly Review[];
  readonly test: readonly Review[];
}

const PARTS = ['train', 'test'] as const;
/** Largest accepted size of the decompressed archive, which has 240 MB. */
const MAX_BYTES = 2 ** 30;

/**
 * Reads the labelled reviews in the archive `aclImdb_v1.tar.gz`.
 *
 * @throws ManabiError `file` if the archive contains no reviews for training or testing
 */
export async function readReviews(op: string, source: FileSource, signal: AbortSignal | undefined): Promise<Reviews> {
  const name = nameOf(source);
  const stream = decompressStream(await openStream(source, { signal }), { maxBytes: MAX_BYTES, name });
  const found: Record<(typeof PARTS)[number], [path: string, review: Review][]> = { train: [], test: [] };
  for await (const entry of readTar(stream, name)) {
    const [, part, mood] = /(?:^|\/)(train|test)\/(pos|neg)\/\d+_\d+\.txt$/.exec(entry.path) ?? [];
    if (part !== 'train' && part !== 'test') continue;
    const text = new TextDecoder().decode(await entry.bytes());
    found[part].push([entry.path, { text, label: mood === 'pos' ? 1 : 0 }]);
  }
  for (const part of PARTS) {
    if (found[part].length > 0) continue;
    throw new ManabiError(
      'file',
      `${name} is not the archive of IMDB's reviews: it contains no files ${part}/pos/<id>_<stars>.txt. Check its location.`,
      { op, data: { source: name } },
    );
  }
  const sorted = (part: (typeof PARTS)[number]): Review[] =>
    found[part].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, review]) => review);
  return { train: sorted('train'), test: sorted('test') };
}

/**
 * Splits a text into words as Keras did for its word index: lower case, punctuation except apostrophes as spaces.
 */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[ !"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]+/)
    .filter((word) => word !== '');
}
