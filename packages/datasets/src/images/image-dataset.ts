import { Dataset } from '@manabi/data';
import type { SkippedFile } from './load-images.ts';

/** Facts about the images of an `ImageDataset`. */
export interface ImageDatasetFacts {
  readonly classNames: readonly string[];
  readonly filePaths: readonly string[];
  readonly skippedFiles: readonly SkippedFile[];
}

/**
 * Batches of images of a folder, as returned by `imageFolder`.
 *
 * @example
 * ```ts
 * import { imageFolder } from '@manabi/datasets';
 * import { encodeImage, hostArray } from 'manabi';
 *
 * const black = await encodeImage(hostArray('uint8', [4, 4, 3], new Uint8Array(48)));
 * const photos = await imageFolder([new File([black], 'cats/1.png')]);
 * console.log(photos.filePaths); // ['cats/1.png']
 * ```
 */
export class ImageDataset<T> extends Dataset<T> {
  /** Names of the classes; the label of an image is the index of its class. Empty without labels. */
  readonly classNames: readonly string[];
  /** Paths of the images in the order before the shuffle of each epoch. */
  readonly filePaths: readonly string[];
  /** Images that were skipped so far because they could not be decoded, if `onError` is not `throw`. */
  readonly skippedFiles: readonly SkippedFile[];

  /** Wraps a dataset, for internal use; see `imageFolder`. */
  constructor(dataset: Dataset<T>, { classNames, filePaths, skippedFiles }: ImageDatasetFacts) {
    super(Dataset.stageOf(dataset));
    this.classNames = classNames;
    this.filePaths = filePaths;
    this.skippedFiles = skippedFiles;
  }
}
