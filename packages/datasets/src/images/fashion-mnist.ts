import { type KindsOf, kind, optional, readOptions, signal as signalKind, text } from '@manabi/errors';
import { publishedFile } from '../published/index.ts';
import { FILES, type FileKey, loadIdxFiles, sourceIn } from './idx-files.ts';
import type { ImageClassificationData } from './image-data.ts';

/** Options of `fashionMnist`. */
export interface FashionMnistOptions {
  /**
   * Folder or URL that contains the four files under their original names (`train-images-idx3-ubyte.gz`, …). By default,
   * they are downloaded from Keras's address, verified and cached.
   */
  readonly baseUrl?: string | URL;
  /** Folder for downloads in Node (default: `cacheDirectory()` of `@manabi/files`). */
  readonly cacheDirectory?: string;
  /** Signal that aborts the loading with a FileError `aborted`. */
  readonly signal?: AbortSignal;
}

const kinds = {
  baseUrl: optional(
    kind('a path or a URL', (given): given is string | URL => typeof given === 'string' || given instanceof URL),
  ),
  cacheDirectory: optional(text),
  signal: optional(signalKind),
} satisfies KindsOf<FashionMnistOptions>;

const BASE = 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/';
const CHECKSUMS: Readonly<Record<FileKey, string>> = {
  trainImages: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
  trainLabels: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
  testImages: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
  testLabels: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
};

/**
 * Loads Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017): images of clothes of 28 by 28 pixels, 60,000 for training and 10,000
 * for testing. Labels: 0 T-shirt or top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 ankle
 * boot.
 *
 * @returns `train` and `test`: `images` uint8 `[60000 | 10000, 28, 28, 1]`, `labels` uint8 `[60000 | 10000]`
 * @throws FileError if a file cannot be downloaded, is missing, corrupt or truncated, or the signal fires; ManabiError `file`
 * for other files
 * @example
 * ```ts no-run
 * import { fashionMnist } from '@manabi/datasets';
 *
 * const { train, test } = await fashionMnist();
 * console.log(train.images.shape); // [60000, 28, 28, 1]
 * ```
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<ImageClassificationData> {
  const { baseUrl, cacheDirectory, signal } = readOptions('fashionMnist', options, kinds);
  const download = async (key: FileKey, inner: AbortSignal) => {
    const { name } = FILES[key];
    const published = { name, url: BASE + name, sha256: CHECKSUMS[key] };
    const request = { op: 'fashionMnist', example: "baseUrl: 'FOLDER'", cacheDirectory, signal: inner };
    return { url: await publishedFile(published, request) };
  };
  return loadIdxFiles(baseUrl === undefined ? download : (key) => sourceIn(baseUrl, key), {
    op: 'fashionMnist',
    title: 'Fashion-MNIST',
    signal,
  });
}
