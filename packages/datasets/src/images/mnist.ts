import {
  type Kind,
  type KindsOf,
  kind,
  ManabiError,
  objectOf,
  optional,
  readOptions,
  signal as signalKind,
} from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { type FileKey, loadIdxFiles, sourceIn } from './idx-files.ts';
import type { ImageClassificationData } from './image-data.ts';

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
 * ```ts node-only
 * import { mnist } from '@manabi/datasets';
 *
 * const { train, test } = await mnist();
 * console.log(train.images.shape); // [60000, 28, 28, 1]
 * console.log(test.labels.shape); // [10000]
 * ```
 */
export async function mnist(options: MnistOptions = {}): Promise<ImageClassificationData> {
  const { baseUrl, files, signal } = readOptions('mnist', options, kinds);
  const request = { op: 'mnist', title: 'MNIST', signal };
  if (files === undefined && baseUrl !== undefined) return loadIdxFiles((key) => sourceIn(baseUrl, key), request);
  const sources = files ?? (await installedFiles());
  return loadIdxFiles((key) => sources[key], request);
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
