import {
  isPlainObject,
  type Kind,
  type KindsOf,
  kind,
  objectOf,
  optional,
  readOptions,
  signal as signalKind,
} from '@manabi/errors';
import { decompress, isGzip, nameOf, readBytes, verifyChecksum } from '@manabi/files';
import { equalShapes, formatShape, type HostArray, hostArray, ManabiError, type Shape, sizeOf } from '@manabi/ir';
import { parseIdx } from './idx.ts';

/** Images and the class of each. */
export interface LabelledImages {
  /** uint8 `[count, height, width, channels]`, 0 to 255 */
  readonly images: HostArray;
  /** uint8 `[count]` */
  readonly labels: HostArray;
}

/** Images to train on, and others to test with. */
export interface ImageClassificationData {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** Options of `mnist`. */
export interface MnistOptions {
  /**
   * Folder or URL that holds the four files under their original names (`train-images-idx3-ubyte.gz`, …), as they are or
   * unzipped by the server on the way.
   */
  readonly baseUrl?: string | URL;
  /**
   * Where the files are: `mnistFiles` of `@manabi/mnist`, for pages whose bundler is to ship them. In Node this is the
   * default.
   */
  readonly files?: MnistFiles;
  /** Stops the loading, which then fails with `aborted`. */
  readonly signal?: AbortSignal;
}

interface FileFacts {
  readonly name: string;
  readonly shape: Shape;
}

const FILES = {
  trainImages: { name: 'train-images-idx3-ubyte.gz', shape: [60000, 28, 28] },
  trainLabels: { name: 'train-labels-idx1-ubyte.gz', shape: [60000] },
  testImages: { name: 't10k-images-idx3-ubyte.gz', shape: [10000, 28, 28] },
  testLabels: { name: 't10k-labels-idx1-ubyte.gz', shape: [10000] },
} as const satisfies Record<string, FileFacts>;

type FileKey = keyof typeof FILES;

/** The four files of MNIST, as `mnistFiles` of `@manabi/mnist` lists them. */
export type MnistFiles = { readonly [K in FileKey]: FilePlace };

/** Where a file is, and what it should be, if that is known. */
export interface FilePlace {
  readonly url: string | URL;
  /** SHA-256 of the file, and of what is in it when it is unzipped. */
  readonly sha256?: string;
  readonly contentSha256?: string;
}

const urlKind: Kind<string | URL> = kind(
  'a path or a URL',
  (given): given is string | URL => typeof given === 'string' || given instanceof URL,
);

/** Files as `@manabi/mnist` lists them; that they have further fields does not matter. */
const filePlace: Kind<FilePlace> = kind('an object { url, sha256, contentSha256 }', isFilePlace);

function isFilePlace(given: unknown): given is FilePlace {
  if (!isPlainObject(given)) return false;
  const isSum = (sum: unknown): boolean => sum === undefined || typeof sum === 'string';
  return urlKind.accepts(given.url) && isSum(given.sha256) && isSum(given.contentSha256);
}

const kinds = {
  baseUrl: optional(urlKind),
  files: optional(
    objectOf({
      trainImages: filePlace,
      trainLabels: filePlace,
      testImages: filePlace,
      testLabels: filePlace,
    } satisfies KindsOf<MnistFiles>),
  ),
  signal: optional(signalKind),
} satisfies KindsOf<MnistOptions>;

/**
 * The MNIST data set: handwritten digits of 28 by 28 pixels, 60,000 to train on and 10,000 to test with. Background is 0,
 * ink up to 255; the label is the digit.
 *
 * @returns `train` and `test`: `images` uint8 `[60000 | 10000, 28, 28, 1]`, `labels` uint8 `[60000 | 10000]`
 * @throws ManabiError `argument` in a page, unless it says where the files are: 11.6 MB are not shipped unasked
 * @throws FileError if a file is missing, damaged or cut short, or the signal fires; ManabiError `file` if a file is not
 * the one that its name says
 * @example
 * ```ts
 * const { train, test } = await mnist();
 * const batches = fromTensorSlices(train).shuffle(60000, { seed: 1 }).batch(128);
 * ```
 * @example
 * ```ts
 * import { mnistFiles } from '@manabi/mnist'; // in a page
 * const { train, test } = await mnist({ files: mnistFiles });
 * ```
 */
export async function mnist(options: MnistOptions = {}): Promise<ImageClassificationData> {
  const { baseUrl, files, signal } = readOptions('mnist', options, kinds);
  const places = files ?? (baseUrl === undefined ? await installedFiles() : placesBelow(baseUrl));
  const siblings = new AbortController();
  const stop = () => siblings.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const load = (key: FileKey) => loadFile(places[key], FILES[key], siblings.signal);
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

/**
 * The files of the package `@manabi/mnist`. Bundlers do not see this import: those of pages would ship the files of every
 * program that knows of this function.
 */
async function installedFiles(): Promise<MnistFiles> {
  const name = '@manabi/mnist';
  try {
    const { mnistFiles }: { readonly mnistFiles: MnistFiles } = await import(
      /* webpackIgnore: true */ /* @vite-ignore */ name
    );
    return mnistFiles;
  } catch (cause) {
    throw new ManabiError(
      'argument',
      'mnist needs to know where the files are, since the package @manabi/mnist is not found here. In a page, have the ' +
        "bundler ship it: import { mnistFiles } from '@manabi/mnist', and mnist({ files: mnistFiles }); or put its folder " +
        "`data` on the server: mnist({ baseUrl: '/mnist/' }).",
      { op: 'mnist', data: { package: name }, cause },
    );
  }
}

function placesBelow(base: string | URL): MnistFiles {
  const folder = `${base}`.replace(/\/?$/, '/');
  const place = (key: FileKey): FilePlace => ({ url: folder + FILES[key].name });
  return {
    trainImages: place('trainImages'),
    trainLabels: place('trainLabels'),
    testImages: place('testImages'),
    testLabels: place('testLabels'),
  };
}

/** Reads one file. Some servers send `.gz` files as "content encoded with gzip", so that they arrive unzipped. */
async function loadFile(place: FilePlace, { shape }: FileFacts, signal: AbortSignal): Promise<HostArray> {
  const name = nameOf(place.url);
  const contentBytes = 4 + 4 * shape.length + sizeOf(shape);
  const bytes = await readBytes(place.url, { maxBytes: contentBytes, signal });
  const isZipped = isGzip(bytes);
  const expected = isZipped ? place.sha256 : place.contentSha256;
  const content = isZipped
    ? await decompress(bytes, { maxBytes: contentBytes, expectedBytes: contentBytes, signal, name })
    : bytes;
  if (expected !== undefined) await verifyChecksum(bytes, expected, name);
  const array = parseIdx(content, name);
  if (equalShapes(array.shape, shape)) return array;
  throw new ManabiError(
    'file',
    `${name} is not MNIST: it holds an array of shape ${formatShape(array.shape)}, not ${formatShape(shape)}.`,
    { op: 'mnist', data: { source: name, expected: shape, got: array.shape } },
  );
}

function withChannel({ dtype, shape, data }: HostArray): HostArray {
  return hostArray(dtype, [...shape, 1], data);
}
