import { ManabiError } from '@manabi/errors';
import { decompress, type FileSource, isGzip, nameOf, readBytes, verifyChecksum } from '@manabi/files';
import { equalShapes, formatShape, type HostArray, hostArray, type Shape, sizeOf } from '@manabi/ir';
import { parseIdx } from './idx.ts';
import type { ImageClassificationData } from './image-data.ts';

interface FileFacts {
  readonly name: string;
  readonly shape: Shape;
}

/** The four files of MNIST, and of the datasets that have its format. */
export const FILES = {
  trainImages: { name: 'train-images-idx3-ubyte.gz', shape: [60000, 28, 28] },
  trainLabels: { name: 'train-labels-idx1-ubyte.gz', shape: [60000] },
  testImages: { name: 't10k-images-idx3-ubyte.gz', shape: [10000, 28, 28] },
  testLabels: { name: 't10k-labels-idx1-ubyte.gz', shape: [10000] },
} as const satisfies Record<string, FileFacts>;

/** Key of one of the four files. */
export type FileKey = keyof typeof FILES;

/** Location of one of the files, with optional checksums of the file as it arrives: compressed, or decompressed. */
interface IdxSource {
  readonly url: FileSource;
  readonly sha256?: string;
  readonly contentSha256?: string;
}

/** A dataset to load, for messages. */
interface Request {
  readonly op: string;
  /** Name of the dataset. */
  readonly title: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Loads four files in the format of MNIST at the same time. If one of them fails, the others are aborted.
 *
 * @param sourceOf returns the location of a file
 */
export async function loadIdxFiles(
  sourceOf: (key: FileKey, signal: AbortSignal) => IdxSource | Promise<IdxSource>,
  { op, title, signal }: Request,
): Promise<ImageClassificationData> {
  const siblings = new AbortController();
  const stop = () => siblings.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const load = async (key: FileKey) =>
    loadFile(await sourceOf(key, siblings.signal), FILES[key], { op, title, signal: siblings.signal });
  try {
    const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
      load('trainImages'),
      load('trainLabels'),
      load('testImages'),
      load('testLabels'),
    ]);
    return {
      train: { images: withChannel(trainImages), labels: trainLabels },
      test: { images: withChannel(testImages), labels: testLabels },
    };
  } finally {
    signal?.removeEventListener('abort', stop);
    siblings.abort();
  }
}

/** Returns the location of one of the four files in a folder. */
export function sourceIn(base: string | URL, key: FileKey): { readonly url: string } {
  return { url: `${base}`.replace(/\/?$/, '/') + FILES[key].name };
}

/** Reads one file. It may arrive decompressed, since some servers declare `.gz` files as content-encoded. */
async function loadFile(source: IdxSource, { shape }: FileFacts, { op, title, signal }: Request): Promise<HostArray> {
  const name = nameOf(source.url);
  const contentBytes = 4 + 4 * shape.length + sizeOf(shape);
  const bytes = await readBytes(source.url, { maxBytes: contentBytes, signal });
  const isZipped = isGzip(bytes);
  const expected = isZipped ? source.sha256 : source.contentSha256;
  const content = isZipped
    ? await decompress(bytes, { maxBytes: contentBytes, expectedBytes: contentBytes, signal, name })
    : bytes;
  if (expected !== undefined) await verifyChecksum(bytes, expected, name);
  const array = parseIdx(content, name);
  if (equalShapes(array.shape, shape)) return array;
  throw new ManabiError(
    'file',
    `${name} is not the file of ${title}: expected an array of shape ${formatShape(shape)}; got ${formatShape(array.shape)}. Check its location.`,
    { op, data: { source: name, expected: shape, got: array.shape } },
  );
}

function withChannel({ dtype, shape, data }: HostArray): HostArray {
  return hostArray(dtype, [...shape, 1], data);
}
