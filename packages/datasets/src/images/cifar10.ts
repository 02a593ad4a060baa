import { readOptions } from '@manabi/errors';
import { type FileOptions, fileKinds, type PublishedFile, publishedFile } from '../published/index.ts';
import { readCifar } from './cifar-archive.ts';
import type { ImageClassificationData } from './image-data.ts';

/** Options of `cifar10`. */
export interface CifarOptions extends FileOptions {}

const PUBLISHED: PublishedFile = {
  name: 'cifar-10-binary.tar.gz',
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
};

/**
 * Loads CIFAR-10 (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009): colour images of 32 by 32
 * pixels, 50,000 for training and 10,000 for testing. Labels: 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog,
 * 7 horse, 8 ship, 9 truck.
 *
 * `file` may be the archive `cifar-10-binary.tar.gz` or `cifar-10-python.tar.gz`, which Keras downloads; the images and
 * their order are the same.
 *
 * @returns `train` and `test`: `images` uint8 `[50000 | 10000, 32, 32, 3]`, `labels` uint8 `[50000 | 10000]`
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` for an archive of other files
 * @example
 * ```ts no-run
 * import { cifar10 } from '@manabi/datasets';
 *
 * const { train, test } = await cifar10();
 * console.log(train.images.shape); // [50000, 32, 32, 3]
 * ```
 */
export async function cifar10(options: CifarOptions = {}): Promise<ImageClassificationData> {
  const known = readOptions('cifar10', options, fileKinds);
  const file = await publishedFile(PUBLISHED, { op: 'cifar10', ...known });
  return readCifar(file, {
    op: 'cifar10',
    signal: known.signal,
    labels: ['labels'],
    label: 'labels',
    train: ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5'],
    trainRows: 10000,
    test: 'test_batch',
    testRows: 10000,
  });
}
