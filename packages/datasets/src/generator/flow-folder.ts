import {
  boolean,
  count,
  eachOf,
  type KindsOf,
  listOf,
  nullable,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
  text,
} from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import { CHANNELS, onErrorKind, seedKind } from '../images/image-folder-options.ts';
import { type ImageSource, imageSourceKind, openImageTree, type TreeFile } from '../images/image-tree.ts';
import { labelsByFolder } from '../images/label-images.ts';
import {
  type ImageReader,
  imageLoader,
  type LoadedImages,
  noImages,
  type OnImageError,
  type SkippedFile,
} from '../images/load-images.ts';
import { decodeFile, manyWith, openThreads } from '../images/on-threads.ts';
import type { PhotoThreads } from '../photos/photo-threads.ts';
import { boundaryOf, type FlowElement } from './flow-arrays.ts';
import { ImageFlow, type ImagePipeline, imageFlow } from './image-flow.ts';
import { type Box, type ByteImage, type PilInterpolation, resizeAsPil } from './pil-resize.ts';

/** Options of `ImageDataGenerator.flowFromDirectory`. */
export interface DirectoryFlowOptions {
  /** Height and width of the images, `[256, 256]` by default; one number for both. */
  readonly targetSize?: number | readonly [height: number, width: number];
  /** `rgb` (default), `rgba` or `grayscale`. */
  readonly colorMode?: 'grayscale' | 'rgb' | 'rgba';
  /** Names of the class folders to read, in the order of their labels. By default all folders, sorted. */
  readonly classes?: readonly string[];
  /**
   * `categorical` (default): one-hot vectors. `binary`, `sparse`: class indices. `input`: the images themselves. Null: no labels.
   * All of them are float32.
   */
  readonly classMode?: 'categorical' | 'binary' | 'sparse' | 'input' | null;
  /** Images per batch; 32 by default. */
  readonly batchSize?: number;
  /** Whether to shuffle the images in each epoch; true by default. */
  readonly shuffle?: boolean;
  /** Seed of the order and the transformations, an integer in [0, 2^32 - 1]; random by default. */
  readonly seed?: number;
  /** Whether to enter folders that symbolic links point to; false by default. */
  readonly followLinks?: boolean;
  /** Part of the images of each class: `validation` is the first `validationSplit` of them, and `training` the rest. */
  readonly subset?: 'training' | 'validation';
  /** Interpolation of PIL, `nearest` by default. */
  readonly interpolation?: PilInterpolation;
  /** Whether to resize the largest centred part that has the ratio of `targetSize`; false by default. */
  readonly keepAspectRatio?: boolean;
  /** Folder in the source, such as `train`, that contains the class folders. */
  readonly folder?: string;
  /** What to do with an image that cannot be decoded: see `imageFolder`. */
  readonly onError?: OnImageError;
  /** Whether to keep decoded images in memory after the first epoch; false by default. */
  readonly cache?: boolean;
  /** Whether to turn images upright by their EXIF orientation; true by default. Keras does not. */
  readonly exifOrientation?: boolean;
  /**
   * Threads that decode ordinary JPEG photos in Node; by default one per processor, up to four. 0 leaves all images to
   * `decodeImage`, whose results are the same. Pages have no such threads.
   */
  readonly threads?: number;
}

const kinds = {
  targetSize: optional(eachOf(positiveInteger, 2), 256),
  colorMode: optional(oneOf('grayscale', 'rgb', 'rgba'), 'rgb'),
  classes: optional(listOf(text, { min: 1 })),
  classMode: optional(nullable(oneOf('categorical', 'binary', 'sparse', 'input')), 'categorical'),
  batchSize: optional(positiveInteger, 32),
  shuffle: optional(boolean, true),
  seed: optional(seedKind),
  followLinks: optional(boolean, false),
  subset: optional(oneOf('training', 'validation')),
  interpolation: optional(oneOf('nearest', 'bilinear', 'bicubic', 'lanczos', 'box', 'hamming'), 'nearest'),
  keepAspectRatio: optional(boolean, false),
  folder: optional(text),
  onError: optional(onErrorKind, 'throw'),
  cache: optional(boolean, false),
  exifOrientation: optional(boolean, true),
  threads: optional(count),
} satisfies KindsOf<DirectoryFlowOptions>;

type Settings = OptionValues<typeof kinds>;

const OP = 'ImageDataGenerator.flowFromDirectory';

/** Extensions of the files that are read: those of Keras, and WebP. */
const EXTENSIONS = ['png', 'jpg', 'jpeg', 'bmp', 'ppm', 'tif', 'tiff', 'webp'];

/**
 * Batches of transformed images of a folder, as returned by `ImageDataGenerator.flowFromDirectory`.
 *
 * @example
 * ```ts
 * import { encodeImage, hostArray, ImageDataGenerator } from 'manabi';
 *
 * const black = await encodeImage(hostArray('uint8', [4, 4, 3], new Uint8Array(48)));
 * const files = ['cats/1.png', 'dogs/1.png'].map((path) => new File([black], path));
 * const flow = await new ImageDataGenerator().flowFromDirectory(files);
 * console.log(flow.classIndices); // { cats: 0, dogs: 1 }
 * ```
 */
export class DirectoryFlow extends ImageFlow<HostArray | FlowElement> {
  /** Index of each class. */
  readonly classIndices: Readonly<Record<string, number>>;
  /** Index of the class of each image. */
  readonly classes: readonly number[];
  /** Path of each image, relative to the folder of the classes. */
  readonly filenames: readonly string[];
  /** Images that were skipped so far because they could not be decoded, if `onError` is not `throw`. */
  readonly skippedFiles: readonly SkippedFile[];

  /** Wraps a flow, for internal use; see `ImageDataGenerator.flowFromDirectory`. */
  constructor(
    flow: ImageFlow<HostArray | FlowElement>,
    facts: Pick<DirectoryFlow, 'classIndices' | 'classes' | 'filenames' | 'skippedFiles'>,
  ) {
    super(flow, flow.samples);
    this.classIndices = facts.classIndices;
    this.classes = facts.classes;
    this.filenames = facts.filenames;
    this.skippedFiles = facts.skippedFiles;
  }
}

/** Creates a flow of the images of a folder. */
export async function flowOfFolder(
  source: ImageSource,
  given: DirectoryFlowOptions,
  pipeline: ImagePipeline,
): Promise<DirectoryFlow> {
  const settings = readOptions(OP, given, kinds);
  readArgument(OP, 'source', source, imageSourceKind);
  const { batchSize, shuffle, seed, subset, classMode, cache: isCached, onError } = settings;
  const tree = await openImageTree(OP, source, settings);
  const index = labelsByFolder(OP, tree, settings.classes, EXTENSIONS);
  const chosen = subset === undefined ? index.files.map((_, i) => i) : partOf(index.labels, subset, pipeline);
  const files = chosen.map((i) => index.files[i]);
  const labels = chosen.map((i) => index.labels[i]);
  if (files.length === 0) throw noImages(OP, tree.name, EXTENSIONS, subset);
  const [height, width] = settings.targetSize;
  const channels = CHANNELS[settings.colorMode];
  const size = height * width * channels;
  const threads = await openThreads(OP, settings.threads);
  const many = threads === null ? undefined : manyAsPil(settings, threads);
  // What `many` leaves, threads cannot decode.
  const others = many === undefined ? threads : null;
  const loader = imageLoader(
    files,
    { dtype: 'uint8', size, one: (file, signal) => loadAsPil(file, settings, others, signal), many },
    { isCached, onError, parallel: batchSize },
  );
  const flow = imageFlow<HostArray | FlowElement, LoadedImages>(
    'flowFromDirectory',
    {
      count: files.length,
      batchSize,
      shuffle,
      seed,
      shape: [height, width, channels],
      isSkipping: onError !== 'throw',
      load: (indices, signal) => loader.load(indices, signal),
      batch(indices, parameters, { data: pixels, kept, failed }) {
        loader.report(failed);
        if (kept.length === 0) return null;
        const data = new Float32Array(kept.length * size);
        const image = new Float32Array(size);
        kept.forEach((position, i) => {
          image.set(pixels.subarray(i * size, (i + 1) * size));
          const out = data.subarray(i * size, (i + 1) * size);
          pipeline.process({ height, width, channels, data: image }, parameters[position], out);
        });
        const x = hostArray('float32', [kept.length, height, width, channels], data);
        return withLabels(
          x,
          kept.map((position) => labels[indices[position]]),
          index.classNames.length,
          classMode,
        );
      },
    },
    pipeline,
  );
  return new DirectoryFlow(flow, {
    classIndices: Object.fromEntries(index.classNames.map((name, i) => [name, i])),
    classes: labels,
    filenames: files.map(({ path }) => path),
    skippedFiles: loader.skipped,
  });
}

/** Returns the images of a subset, which Keras takes from each class. */
function partOf(
  labels: readonly number[],
  subset: 'training' | 'validation',
  { validationSplit }: ImagePipeline,
): readonly number[] {
  const groups = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [i]);
    else group.push(i);
  });
  return [...groups.values()].flatMap((group) => {
    const boundary = boundaryOf(OP, group.length, validationSplit);
    return subset === 'validation' ? group.slice(0, boundary) : group.slice(boundary);
  });
}

/** Reads an image, and resizes it as Keras's `load_img`. */
async function loadAsPil(
  file: TreeFile,
  { targetSize, colorMode, interpolation, keepAspectRatio, exifOrientation }: Settings,
  threads: PhotoThreads | null,
  signal: AbortSignal | undefined,
): Promise<HostArray> {
  const channels = CHANNELS[colorMode];
  const { shape, data } = await decodeFile(file, { channels, exifOrientation }, threads, signal);
  const [height, width] = shape;
  const image: ByteImage = { height, width, channels, data: data instanceof Uint8Array ? data : Uint8Array.from(data) };
  const box = keepAspectRatio ? centredBox(image, targetSize) : undefined;
  const resized = resizeAsPil(image, targetSize, interpolation, box);
  return hostArray('uint8', [resized.height, resized.width, channels], resized.data);
}

/** Returns how threads read images and resize them as Keras's `load_img`; undefined if they do not know the interpolation. */
function manyAsPil(
  { targetSize: [height, width], colorMode, interpolation, keepAspectRatio, exifOrientation }: Settings,
  threads: PhotoThreads,
): ImageReader['many'] {
  const channels = CHANNELS[colorMode];
  if ((interpolation !== 'nearest' && interpolation !== 'bilinear') || channels === 4) return undefined;
  const isLinear = interpolation === 'bilinear';
  const aspect = keepAspectRatio ? 'crop' : 'stretch';
  const form = {
    height,
    width,
    channels,
    isUpright: exifOrientation,
    isLinear,
    aspect,
    isBytes: true,
    isPil: true,
  } as const;
  return manyWith(form, threads);
}

function centredBox({ height, width }: ByteImage, [toHeight, toWidth]: readonly number[]): Box {
  const cropHeight = Math.min(height, Math.floor((width * toHeight) / toWidth));
  const cropWidth = Math.min(width, Math.floor((height * toWidth) / toHeight));
  return {
    top: Math.floor((height - cropHeight) / 2),
    left: Math.floor((width - cropWidth) / 2),
    height: cropHeight,
    width: cropWidth,
  };
}

function withLabels(
  x: HostArray,
  labels: readonly number[],
  classes: number,
  classMode: Settings['classMode'],
): HostArray | FlowElement {
  switch (classMode) {
    case null:
      return x;
    case 'input':
      return [x, hostArray('float32', x.shape, Float32Array.from(x.data))];
    case 'categorical': {
      const oneHot = new Float32Array(labels.length * classes);
      labels.forEach((label, i) => {
        oneHot[i * classes + label] = 1;
      });
      return [x, hostArray('float32', [labels.length, classes], oneHot)];
    }
    default:
      return [x, hostArray('float32', [labels.length], Float32Array.from(labels))];
  }
}
