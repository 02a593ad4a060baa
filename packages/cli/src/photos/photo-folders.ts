import { type data, datasets, type HostArray, hostArray, ManabiError } from 'manabi';
import { type ClassFolder, findClassFolders } from '../folders/class-folders.ts';

/** Extensions of the images that are read. */
export const IMAGE_EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'bmp'];

/** Fraction of the images to hold out for the test if there is no folder for it. */
const HELD_OUT = 0.2;

/** Smallest number of images of which a fifth can be held out. */
const LEAST = 5;

/** Largest size of the decoded images that stay in memory, in bytes. */
const MOST_CACHED = 2 ** 31;

/** Images and their class indices in batches: uint8 `[batch, height, width, 3]` and int32 `[batch]`. */
export interface Photos {
  readonly batches: data.Dataset<[HostArray, HostArray]>;
  readonly count: number;
}

/** Images for training and testing. */
export interface PhotoData {
  readonly classNames: readonly string[];
  readonly train: Photos;
  /** Images to validate on after each epoch; null if there is no folder for it besides that for the test. */
  readonly validation: Photos | null;
  readonly test: Photos;
}

/** How images are read. */
export interface PhotoOptions {
  /** Height and width of the images that the network receives. */
  readonly size: readonly [height: number, width: number];
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * Opens the images of a folder or tar archive, for training and testing. Without folders `train` and `val` or `test`, holds out a
 * fifth of the images for the test.
 *
 * @throws ManabiError `data` for a source without images or with a class without images; FileError if it cannot be read; while
 * reading, ManabiError `data` with the path of a damaged image
 */
export async function openPhotos(source: string, options: PhotoOptions): Promise<PhotoData> {
  const { train, validation, test } = await findClassFolders(source, IMAGE_EXTENSIONS);
  const { classNames } = train;
  if (test !== null) {
    return {
      classNames,
      train: await photosIn(source, train, classNames, options),
      validation: validation === null ? null : await photosIn(source, validation, classNames, options),
      test: await photosIn(source, test, classNames, options),
    };
  }
  if (train.files.length < LEAST) {
    throw new ManabiError(
      'data',
      `${source} contains only ${train.files.length} images; at least ${LEAST} are needed to hold out a fifth for the test.`,
      { data: { source, images: train.files.length } },
    );
  }
  const [training, held] = await datasets.imageFolder(source, {
    ...readingOf(train, options),
    validationSplit: HELD_OUT,
    subset: 'both',
  });
  return {
    classNames,
    train: { batches: training, count: training.filePaths.length },
    validation: null,
    test: { batches: held, count: held.filePaths.length },
  };
}

/**
 * Opens all images in the folders of some classes.
 *
 * @param known all classes, in the order of their indices
 */
export async function photosIn(
  source: string,
  folder: ClassFolder,
  known: readonly string[],
  options: PhotoOptions,
): Promise<Photos> {
  const found = await datasets.imageFolder(source, readingOf(folder, options));
  const indices = folder.classNames.map((name) => known.indexOf(name));
  const isSame = indices.length === known.length && indices.every((index, i) => index === i);
  const batches = isSame
    ? found
    : found.map(([images, labels]): [HostArray, HostArray] => [
        images,
        hostArray(
          'int32',
          labels.shape,
          Int32Array.from(labels.data, (label) => indices[Number(label)]),
        ),
      ]);
  return { batches, count: found.filePaths.length };
}

function readingOf({ path, classNames, files }: ClassFolder, { size, batchSize, seed }: PhotoOptions) {
  return {
    ...(path === '' ? {} : { folder: path }),
    classNames,
    imageSize: size,
    batchSize,
    seed,
    cropToAspectRatio: true,
    antialias: true,
    dtype: 'uint8',
    cache: files.length * size[0] * size[1] * 3 <= MOST_CACHED,
  } as const;
}
