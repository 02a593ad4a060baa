import type { HostArray } from '@manabi/ir';
import type { ImageDataset } from './images/image-dataset.ts';
import type { ImageFolderOptions } from './images/image-folder-options.ts';
import type { ImageSource } from './images/image-tree.ts';

/** Elements of the dataset that `imageFolder` returns: images and labels, or images alone. */
export type ImageFolderElement<Options extends ImageFolderOptions> = Options extends
  | { readonly labels: null }
  | { readonly labelMode: null }
  ? HostArray
  : [HostArray, HostArray];

/** Result of `imageFolder`: one dataset, or two for the subset `both`. */
export type ImageFolderResult<Options extends ImageFolderOptions> = Options extends { readonly subset: 'both' }
  ? [training: ImageDataset<ImageFolderElement<Options>>, validation: ImageDataset<ImageFolderElement<Options>>]
  : ImageDataset<ImageFolderElement<Options>>;

/**
 * Creates a dataset of the images in a folder, with one folder per class, as Keras's `image_dataset_from_directory`: batches of
 * float32 images `[batch, height, width, channels]` with values in [0, 255], and of labels.
 *
 * The order of classes and files, and the split into training and validation by `validationSplit` and `seed`, are those of
 * Keras. Images are decoded on threads while the program computes. Two defaults differ from Keras: images are turned
 * upright by their EXIF orientation, and files with the extension `.webp` are read too.
 *
 * In Node, decoding needs the package `sharp`. In a page, pass the `File`s of a folder upload
 * (`<input type="file" webkitdirectory>`), or a tar archive.
 *
 * @param source path of a folder; path, URL or blob of a tar archive; or a list of `File`s
 * @throws ManabiError `argument` for invalid options and labels, `data` if there are no images; while iterating, `data` with
 * the FileError of a damaged image as its cause. FileError if the source cannot be read
 * @example
 * ```ts
 * import { imageFolder } from '@manabi/datasets';
 * import { encodeImage, hostArray } from 'manabi';
 *
 * const black = await encodeImage(hostArray('uint8', [4, 4, 3], new Uint8Array(48)));
 * const files = ['cats/1.png', 'dogs/1.png'].map((path) => new File([black], path));
 * const photos = await imageFolder(files, { imageSize: [2, 3], batchSize: 2 });
 * console.log(photos.classNames); // ['cats', 'dogs']
 * const [[images, labels]] = await photos.toArray();
 * console.log(images.shape); // [2, 2, 3, 3]
 * console.log(labels.shape); // [2]
 * ```
 */
export async function imageFolder<const Options extends ImageFolderOptions = ImageFolderOptions>(
  source: ImageSource,
  options?: Options,
): Promise<ImageFolderResult<Options>> {
  // Pages download the code only when they call this function.
  const { readImageFolder } = await import('./images/read-image-folder.ts');
  const datasets = await readImageFolder(source, options ?? {});
  // The types follow from the options.
  return (datasets.length === 2 ? datasets : datasets[0]) as ImageFolderResult<Options>;
}
