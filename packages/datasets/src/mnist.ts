import { type Kind, type KindsOf, kind, objectOf, optional, readOptions, signal as signalKind } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { decompress, isGzip, nameOf, readBytes, verifyChecksum } from '@manabi/files';
import { equalShapes, formatShape, type HostArray, hostArray, ManabiError, type Shape, sizeOf } from '@manabi/ir';
import { parseIdx } from './idx.ts';

/** Images with their class labels. */
export interface LabelledImages {
  /** Pixels in [0, 255]: uint8 `[count, height, width, channels]`. */
  readonly images: HostArray;
  /** Class indices: uint8 `[count]`. */
  readonly labels: HostArray;
}

/** Images for training and for testing. */
export interface ImageClassificationData {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** Options of `mnist`. */
export interface MnistOptions {
  /**
   * Folder or URL that contains the four files of MNIST under their original names (`train-images-idx3-ubyte.gz`, …). A
   * server may decompress the files.
   */
  readonly baseUrl?: string | URL;
  /**
   * Locations of the four files of MNIST: `mnistFiles` of `@manabi/mnist`, for pages whose bundler ships the files. In
   * Node, this is the default.
   */
  readonly files?: MnistFiles;
  /** Signal that aborts the loading with a FileError `aborted`. */
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

/** Locations of the four files of MNIST, in the format of `mnistFiles` in `@manabi/mnist`. */
export type MnistFiles = { readonly [K in FileKey]: FileSource };

/** Location of a file of MNIST, with optional checksums. */
export interface FileSource {
  readonly url: string | URL;
  /** SHA-256 of the compressed file in hexadecimal; verified if given, and if the file arrives compressed. */
  readonly sha256?: string;
  /**
   * SHA-256 of the decompressed file in hexadecimal; verified if given, and if the file arrives decompressed, as from
   * servers that send `Content-Encoding: gzip`.
   */
  readonly contentSha256?: string;
}

const urlKind: Kind<string | URL> = kind(
  'a path or a URL',
  (given): given is string | URL => typeof given === 'string' || given instanceof URL,
);

/** Validator for the entries of `mnistFiles`; entries may have further fields. */
const fileSource: Kind<FileSource> = kind('an object { url, sha256, contentSha256 }', isFileSource);

function isFileSource(given: unknown): given is FileSource {
  if (!isPlainObject(given)) return false;
  const isSum = (sum: unknown): boolean => sum === undefined || typeof sum === 'string';
  return urlKind.accepts(given.url) && isSum(given.sha256) && isSum(given.contentSha256);
}

const kinds = {
  baseUrl: optional(urlKind),
  files: optional(
    objectOf({
      trainImages: fileSource,
      trainLabels: fileSource,
      testImages: fileSource,
      testLabels: fileSource,
    } satisfies KindsOf<MnistFiles>),
  ),
  signal: optional(signalKind),
} satisfies KindsOf<MnistOptions>;

/**
 * Loads MNIST: handwritten digits of 28 by 28 pixels, 60,000 for training and 10,000 for testing. The background is 0 and
 * ink up to 255; the label is the digit.
 *
 * In Node, the files come from the package `@manabi/mnist`. In pages, pass their location: with a bundler
 * `mnist({ files: mnistFiles })`, otherwise `mnist({ baseUrl: '/mnist/' })`.
 *
 * @returns `train` and `test`: `images` uint8 `[60000 | 10000, 28, 28, 1]`, `labels` uint8 `[60000 | 10000]`
 * @throws ManabiError `argument` in a page without the location of the files; `file` if the content of a file is not
 * that of MNIST. FileError if a file is missing, corrupt or truncated, or the signal fires
 * @example
 * ```ts
 * const { train, test } = await mnist();
 * train.images.shape; // => [60000, 28, 28, 1]
 * test.labels.shape; // => [10000]
 * ```
 */
export async function mnist(options: MnistOptions = {}): Promise<ImageClassificationData> {
  const { baseUrl, files, signal } = readOptions('mnist', options, kinds);
  const sources = files ?? (baseUrl === undefined ? await installedFiles() : sourcesIn(baseUrl));
  const siblings = new AbortController();
  const stop = () => siblings.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const load = (key: FileKey) => loadFile(sources[key], FILES[key], siblings.signal);
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
 * Imports the file list of `@manabi/mnist`. The import is hidden from bundlers, which would otherwise ship the files with
 * every page that uses this module.
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
      'The package @manabi/mnist is not installed here, so the location of the files must be passed. In a page with a bundler: ' +
        "import { mnistFiles } from '@manabi/mnist', and mnist({ files: mnistFiles }). Without a bundler, serve the folder " +
        "`data` of the package: mnist({ baseUrl: '/mnist/' }).",
      { op: 'mnist', data: { package: name }, cause },
    );
  }
}

function sourcesIn(base: string | URL): MnistFiles {
  const folder = `${base}`.replace(/\/?$/, '/');
  const source = (key: FileKey): FileSource => ({ url: folder + FILES[key].name });
  return {
    trainImages: source('trainImages'),
    trainLabels: source('trainLabels'),
    testImages: source('testImages'),
    testLabels: source('testLabels'),
  };
}

/** Reads one file of MNIST. It may arrive decompressed, since some servers declare `.gz` files as content-encoded. */
async function loadFile(source: FileSource, { shape }: FileFacts, signal: AbortSignal): Promise<HostArray> {
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
    `${name} is not the MNIST file: expected an array of shape ${formatShape(shape)}; got ${formatShape(array.shape)}. Check its location.`,
    { op: 'mnist', data: { source: name, expected: shape, got: array.shape } },
  );
}

function withChannel({ dtype, shape, data }: HostArray): HostArray {
  return hostArray(dtype, [...shape, 1], data);
}
