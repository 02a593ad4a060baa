import { type KindsOf, oneOf, optional, readOptions } from '@manabi/errors';
import { type FileOptions, fileKinds, type PublishedFile, publishedFile } from '../published/index.ts';
import { readCifar } from './cifar-archive.ts';
import type { ImageClassificationData } from './image-data.ts';

/** Options of `cifar100`. */
export interface Cifar100Options extends FileOptions {
  /** `fine` for labels of 100 classes (default), `coarse` for 20 groups of classes. */
  readonly labelMode?: 'fine' | 'coarse';
}

const kinds = { ...fileKinds, labelMode: optional(oneOf('fine', 'coarse'), 'fine') } satisfies KindsOf<Cifar100Options>;

const PUBLISHED: PublishedFile = {
  name: 'cifar-100-binary.tar.gz',
  url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
  sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
};

/**
 * Loads CIFAR-100 (Krizhevsky, 2009): colour images of 32 by 32 pixels in 100 classes, 50,000 for training and 10,000 for
 * testing.
 *
 * `file` may be the archive `cifar-100-binary.tar.gz` or `cifar-100-python.tar.gz`, which Keras downloads; the images and
 * their order are the same.
 *
 * @returns `train` and `test`: `images` uint8 `[50000 | 10000, 32, 32, 3]`, `labels` uint8 `[50000 | 10000]`
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` for an archive of other files
 * @example
 * ```ts no-run
 * import { cifar100 } from '@manabi/datasets';
 *
 * const { train } = await cifar100({ labelMode: 'coarse' });
 * console.log(train.labels.shape); // [50000]
 * ```
 */
export async function cifar100(options: Cifar100Options = {}): Promise<ImageClassificationData> {
  const { labelMode, ...known } = readOptions('cifar100', options, kinds);
  const file = await publishedFile(PUBLISHED, { op: 'cifar100', ...known });
  return readCifar(file, {
    op: 'cifar100',
    signal: known.signal,
    labels: ['coarse_labels', 'fine_labels'],
    label: `${labelMode}_labels`,
    train: ['train'],
    trainRows: 50000,
    test: 'test',
    testRows: 10000,
  });
}
