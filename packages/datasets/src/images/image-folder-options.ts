import { type ImageChannels, type Interpolation, interpolations } from '@manabi/data/images';
import {
  anyOf,
  boolean,
  count,
  eachOf,
  functionOf,
  integer,
  type KindsOf,
  listOf,
  ManabiError,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
  readOptions,
  text,
} from '@manabi/errors';
import type { OnImageError } from './load-images.ts';

/** Options of `imageFolder`. */
export interface ImageFolderOptions {
  /** Height and width of the images, `[256, 256]` by default; one number for both. */
  readonly imageSize?: number | readonly [height: number, width: number];
  /** Images per batch, 32 by default; null for single images. */
  readonly batchSize?: number | null;
  /**
   * `inferred` (default): the folder of an image is its class. Null: no labels. A list: the labels of all images, in the order
   * of their paths.
   */
  readonly labels?: 'inferred' | null | readonly number[];
  /**
   * `int` (default): int32 class indices, for `sparseCategoricalCrossentropy`. `categorical`: float32 one-hot vectors.
   * `binary`: float32 0 or 1, for `binaryCrossentropy`. Null: no labels.
   */
  readonly labelMode?: 'int' | 'categorical' | 'binary' | null;
  /** Names of the class folders to read, in the order of their labels. By default all folders, sorted. */
  readonly classNames?: readonly string[];
  /** `rgb` (default), `rgba` or `grayscale`. */
  readonly colorMode?: 'grayscale' | 'rgb' | 'rgba';
  /** Whether to shuffle the images, anew in each epoch; true by default. */
  readonly shuffle?: boolean;
  /** Seed of the shuffle and of the split, an integer in [0, 2^32 - 1]; random by default. */
  readonly seed?: number;
  /** Fraction of the images to reserve for validation, above 0 and below 1. Requires `subset`. */
  readonly validationSplit?: number;
  /** The images to return: `training`, `validation`, or `both` for a list of two datasets. Requires `validationSplit`. */
  readonly subset?: 'training' | 'validation' | 'both';
  /** Interpolation of the resize, `bilinear` by default. */
  readonly interpolation?: Interpolation;
  /** Whether to antialias when images get smaller; false by default, as in Keras. */
  readonly antialias?: boolean;
  /** Whether to keep the aspect ratio by cropping; false by default. */
  readonly cropToAspectRatio?: boolean;
  /** Whether to keep the aspect ratio by padding with zeros; false by default. */
  readonly padToAspectRatio?: boolean;
  /** Whether to enter folders that symbolic links point to; false by default. */
  readonly followLinks?: boolean;
  /** Folder in the source, such as `train`, that contains the class folders. */
  readonly folder?: string;
  /**
   * What to do with an image that is damaged or not an image: `throw` (default), `skip` with a warning that names it, or skip it
   * and call a function. `skippedFiles` of the dataset lists skipped images.
   */
  readonly onError?: OnImageError;
  /** Whether to keep decoded and resized images in memory after the first epoch; false by default. */
  readonly cache?: boolean;
  /** Type of the pixels: `float32` (default, as in Keras), or `uint8`, rounded, for a quarter of the memory. */
  readonly dtype?: 'float32' | 'uint8';
  /** Whether to turn images upright by their EXIF orientation; true by default. Keras does not. */
  readonly exifOrientation?: boolean;
  /**
   * Threads that decode ordinary JPEG photos in Node, and resize them if the interpolation is `bilinear` or `nearest`; by default
   * one per processor, up to four. 0 leaves all images to `decodeImage`, whose results are the same. Pages have no such threads.
   */
  readonly threads?: number;
  /** Largest number of images that are read and decoded at the same time by `decodeImage`; 8 by default. */
  readonly parallel?: number;
}

/** Channels by color mode. */
export const CHANNELS = { grayscale: 1, rgb: 3, rgba: 4 } as const satisfies Record<string, ImageChannels>;

/** Validator for seeds of NumPy, with which Keras shuffles. */
export const seedKind = integer({ min: 0, max: 2 ** 32 - 1 });

/** Validator for fractions to reserve for validation. */
export const splitKind = number({ above: 0, below: 1 });

const labelsKind = anyOf(oneOf('inferred'), nullable(listOf(count)));

/** Validator for `onError`. */
export const onErrorKind = anyOf(oneOf('throw', 'skip'), functionOf<Exclude<OnImageError, string>>());

const kinds = {
  imageSize: optional(eachOf(positiveInteger, 2), 256),
  batchSize: optional(nullable(positiveInteger), 32),
  labels: optional(labelsKind, 'inferred'),
  labelMode: optional(nullable(oneOf('int', 'categorical', 'binary')), 'int'),
  classNames: optional(listOf(text, { min: 1 })),
  colorMode: optional(oneOf('grayscale', 'rgb', 'rgba'), 'rgb'),
  shuffle: optional(boolean, true),
  seed: optional(seedKind),
  validationSplit: optional(splitKind),
  subset: optional(oneOf('training', 'validation', 'both')),
  interpolation: optional(oneOf(...interpolations), 'bilinear'),
  antialias: optional(boolean, false),
  cropToAspectRatio: optional(boolean, false),
  padToAspectRatio: optional(boolean, false),
  followLinks: optional(boolean, false),
  folder: optional(text),
  onError: optional(onErrorKind, 'throw'),
  cache: optional(boolean, false),
  dtype: optional(oneOf('float32', 'uint8'), 'float32'),
  exifOrientation: optional(boolean, true),
  threads: optional(count),
  parallel: optional(positiveInteger, 8),
} satisfies KindsOf<ImageFolderOptions>;

/** Options of `imageFolder` with their defaults. */
export type ReadOptions = OptionValues<typeof kinds>;

/** Checks the options of `imageFolder`, and the combinations that Keras rejects too. */
export function readImageFolderOptions(op: string, given: ImageFolderOptions): ReadOptions {
  const options = readOptions(op, given, kinds);
  const { labels, classNames, subset, validationSplit, shuffle, seed, cropToAspectRatio, padToAspectRatio } = options;
  const reject = (problem: string): never => {
    throw new ManabiError('argument', problem, { op });
  };
  if (labels !== 'inferred' && classNames !== undefined) {
    reject(
      "`classNames` chooses class folders, which `labels` replaces. Pass `classNames` only with labels: 'inferred'.",
    );
  }
  if ((subset === undefined) !== (validationSplit === undefined)) {
    reject('`subset` and `validationSplit` require each other. Pass both, or neither.');
  }
  if (validationSplit !== undefined && shuffle && seed === undefined && subset !== 'both') {
    reject('A shuffled split needs a `seed`, so that both subsets are taken from the same order and do not overlap.');
  }
  if (cropToAspectRatio && padToAspectRatio) {
    reject('Set only one of `cropToAspectRatio` and `padToAspectRatio`.');
  }
  return options;
}
