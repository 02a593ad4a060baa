import { boolean, type KindsOf, ManabiError, optional, positiveInteger, readOptions } from '@manabi/errors';
import { checkHostArray, formatShape, type HostArray, hostArray } from '@manabi/ir';
import { seedKind } from '../images/image-folder-options.ts';
import type { ImageSource } from '../images/image-tree.ts';
import { anySeed, NumpyRandom } from '../numpy/numpy-random.ts';
import type { FloatImage } from './affine.ts';
import { type FlowElement, type FlowOptions, flowOfArrays } from './flow-arrays.ts';
import { type DirectoryFlow, type DirectoryFlowOptions, flowOfFolder } from './flow-folder.ts';
import { type GeneratorSettings, type ImageDataGeneratorOptions, readGeneratorOptions } from './generator-options.ts';
import type { ImageFlow } from './image-flow.ts';
import { NormalizationOfImages } from './normalization.ts';
import { drawTransform, type TransformParameters } from './random-transform.ts';
import { readTransform, transformed } from './transformed.ts';

/** Options of `ImageDataGenerator.fit`. */
export interface GeneratorFitOptions {
  /** Whether to compute the statistics from randomly transformed images; false by default. */
  readonly augment?: boolean;
  /** Number of transformations of each image with `augment`; 1 by default. */
  readonly rounds?: number;
  /** Seed of the transformations, an integer in [0, 2^32 - 1]; random by default. */
  readonly seed?: number;
}

const fitKinds = {
  augment: optional(boolean, false),
  rounds: optional(positiveInteger, 1),
  seed: optional(seedKind),
} satisfies KindsOf<GeneratorFitOptions>;

/**
 * Transforms images randomly, and normalizes them, as Keras's `ImageDataGenerator`: with the same seed, it draws the same
 * transformations in the same order. For each image: rotation, shifts, shear and zoom together; channel shift; flips; brightness;
 * `preprocessingFunction`; `rescale`; normalizations.
 *
 * Images have the shape `[height, width, channels]`, with values in [0, 255] for `brightnessRange`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { hostArray, ImageDataGenerator } from 'manabi';
 *
 * const generator = new ImageDataGenerator({ horizontalFlip: true, rescale: 1 / 255 });
 * const images = hostArray('uint8', [4, 8, 8, 3], new Uint8Array(4 * 8 * 8 * 3).fill(255));
 * const labels = hostArray('int32', [4], Int32Array.of(0, 1, 0, 1));
 * const flow = generator.flow(images, labels, { batchSize: 3, seed: 1 });
 * const batches = await flow.toArray();
 * console.log(batches.length); // 2
 * console.log(batches[0][0].data[0]); // 1
 * ```
 */
export class ImageDataGenerator {
  readonly #settings: GeneratorSettings;
  readonly #normalization: NormalizationOfImages;
  readonly #random = new NumpyRandom(anySeed());

  /** @throws ManabiError `argument` for invalid and conflicting options */
  constructor(options: ImageDataGeneratorOptions = {}) {
    this.#settings = readGeneratorOptions('ImageDataGenerator', options);
    this.#normalization = new NormalizationOfImages(this.#settings);
  }

  /** Mean of each channel, after `fit` with `featurewiseCenter`; otherwise null. */
  get mean(): readonly number[] | null {
    return this.#normalization.mean;
  }

  /** Standard deviation of each channel, after `fit` with `featurewiseStdNormalization`; otherwise null. */
  get std(): readonly number[] | null {
    return this.#normalization.std;
  }

  /**
   * Computes the statistics that featurewise normalization and whitening need.
   *
   * @param images array of shape `[count, height, width, channels]`
   * @throws ManabiError `shape` for another rank or no images; `argument` for whitening of more than 1024 images with more than
   * 1024 values each
   * @example
   * ```ts
   * import { hostArray, ImageDataGenerator } from 'manabi';
   *
   * const generator = new ImageDataGenerator({ featurewiseCenter: true });
   * generator.fit(hostArray('float32', [2, 1, 1, 1], Float32Array.of(1, 5)));
   * console.log(generator.mean); // [3]
   * ```
   */
  fit(images: HostArray, options: GeneratorFitOptions = {}): void {
    const op = 'ImageDataGenerator.fit';
    const { augment, rounds, seed } = readOptions(op, options, fitKinds);
    const [count, height, width, channels] = batchShape(op, images);
    const { rescale } = this.#settings;
    const size = height * width * channels;
    const scaled = Float32Array.from(images.data, (value) => (rescale ? Math.fround(value * rescale) : value));
    if (!augment) {
      this.#normalization.fit(scaled, [count, height, width, channels]);
      return;
    }
    if (seed !== undefined) this.#random.seed(seed);
    const augmented = new Float32Array(rounds * scaled.length);
    for (let i = 0; i < rounds * count; i++) {
      const data = scaled.slice((i % count) * size, ((i % count) + 1) * size);
      const parameters = drawTransform(this.#settings, [height, width], this.#random);
      augmented.set(transformed({ height, width, channels, data }, parameters, this.#settings).data, i * size);
    }
    this.#normalization.fit(augmented, [rounds * count, height, width, channels]);
  }

  /**
   * Draws a transformation.
   *
   * @param shape shape of the image, `[height, width, channels]`
   * @param seed integer in [0, 2^32 - 1]; without it, the generator continues with its own random numbers
   */
  getRandomTransform(shape: readonly number[], seed?: number): TransformParameters {
    const op = 'ImageDataGenerator.getRandomTransform';
    if (!Array.isArray(shape) || shape.length !== 3) throw notAnImage(op, shape);
    if (seed !== undefined) this.#random.seed(seedKind.read(seed, { op, name: 'seed' }));
    return drawTransform(this.#settings, shape, this.#random);
  }

  /**
   * Transforms an image.
   *
   * @param image array of shape `[height, width, channels]`
   * @param parameters parts of the transformation; omitted parts change nothing
   * @returns float32 of the same shape
   * @example
   * ```ts
   * import { hostArray, ImageDataGenerator } from 'manabi';
   *
   * const row = hostArray('float32', [1, 3, 1], Float32Array.of(1, 2, 3));
   * const result = new ImageDataGenerator().applyTransform(row, { flipHorizontal: true }).data;
   * console.log(result); // Float32Array [3, 2, 1]
   * ```
   */
  applyTransform(image: HostArray, parameters: Partial<TransformParameters>): HostArray {
    const op = 'ImageDataGenerator.applyTransform';
    return arrayOf(transformed(imageOf(op, image), readTransform(op, parameters), this.#settings));
  }

  /** Draws a transformation and applies it. */
  randomTransform(image: HostArray, seed?: number): HostArray {
    return this.applyTransform(image, this.getRandomTransform(image.shape, seed));
  }

  /**
   * Applies `preprocessingFunction`, `rescale` and the normalizations to an image.
   *
   * @param image array of shape `[height, width, channels]`
   * @returns float32 of the same shape
   * @throws ManabiError `argument` if a normalization requires `fit`, which was not called
   */
  standardize(image: HostArray): HostArray {
    return arrayOf(this.#normalization.apply(imageOf('ImageDataGenerator.standardize', image)));
  }

  /**
   * Creates a dataset of batches of transformed images. An epoch is one iteration over all images; in contrast to Keras's, the
   * dataset is not endless.
   *
   * @param x images `[count, height, width, channels]`
   * @param y labels, whose first axis has the same length; null for none
   * @throws ManabiError `shape` for arrays of other lengths or ranks; `argument` for invalid options, and if the subsets
   * have different labels
   */
  flow(x: HostArray, y: HostArray, options?: FlowOptions): ImageFlow<FlowElement>;
  flow(x: HostArray, y?: null, options?: FlowOptions): ImageFlow<HostArray>;
  flow(x: HostArray, y: HostArray | null = null, options: FlowOptions = {}): ImageFlow<FlowElement | HostArray> {
    batchShape('ImageDataGenerator.flow', x);
    return flowOfArrays(x, y, options, this.#pipeline());
  }

  /**
   * Creates a dataset of batches of transformed images of a folder with one folder per class, as Keras's `flow_from_directory`:
   * images are resized as PIL does, which antialiases, and `validationSplit` takes the first images of each class. Hidden
   * folders are no classes.
   *
   * @param source path of a folder; path, URL or blob of a tar archive; or a list of `File`s
   * @throws ManabiError `argument` for invalid options, `data` if there are no images; FileError if the source cannot be read
   */
  async flowFromDirectory(source: ImageSource, options: DirectoryFlowOptions = {}): Promise<DirectoryFlow> {
    return await flowOfFolder(source, options, this.#pipeline());
  }

  #pipeline() {
    const settings = this.#settings;
    return {
      validationSplit: settings.validationSplit,
      draw: (shape: readonly number[], random: NumpyRandom) => drawTransform(settings, shape, random),
      process: (image: FloatImage, parameters: TransformParameters, out: Float32Array) => {
        const { data } = this.#normalization.apply(transformed(image, parameters, settings, out));
        if (data !== out) out.set(data);
      },
      check: () => this.#normalization.checkFitted(),
    };
  }
}

function imageOf(op: string, image: HostArray): FloatImage {
  checkHostArray(op, image);
  if (image.shape.length !== 3 || image.data.length === 0) throw notAnImage(op, image.shape);
  const [height, width, channels] = image.shape;
  return { height, width, channels, data: Float32Array.from(image.data) };
}

function arrayOf({ height, width, channels, data }: FloatImage): HostArray {
  return hostArray('float32', [height, width, channels], data);
}

function batchShape(op: string, images: HostArray): readonly [number, number, number, number] {
  checkHostArray(op, images);
  const [count, height, width, channels] = images.shape;
  if (images.shape.length === 4 && images.data.length > 0) return [count, height, width, channels];
  throw new ManabiError(
    'shape',
    `Images must have the shape [count, height, width, channels] and at least one pixel; got ${formatShape(images.shape)}.`,
    { op, data: { shape: images.shape } },
  );
}

function notAnImage(op: string, shape: readonly number[]): ManabiError {
  return new ManabiError(
    'shape',
    `An image must have the shape [height, width, channels] and at least one pixel; got ${Array.isArray(shape) ? formatShape(shape) : shape}.`,
    { op, data: { shape } },
  );
}
