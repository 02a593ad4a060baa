import { ManabiError } from '@manabi/errors';
import { checkHostArray, equalShapes, formatShape, hostArray } from '@manabi/ir';
import type { FloatImage } from './affine.ts';
import type { GeneratorSettings } from './generator-options.ts';
import { MOST_WHITENED, whiteningMatrix } from './whitening.ts';

/** Keras adds this to standard deviations. */
const EPSILON = 1e-6;

/** Normalizes images as `ImageDataGenerator.standardize`, with the statistics of `fit`. */
export class NormalizationOfImages {
  readonly #settings: GeneratorSettings;
  #mean: readonly number[] | null = null;
  #std: readonly number[] | null = null;
  #whitening: Float64Array | null = null;

  constructor(settings: GeneratorSettings) {
    this.#settings = settings;
  }

  get mean(): readonly number[] | null {
    return this.#mean;
  }

  get std(): readonly number[] | null {
    return this.#std;
  }

  /** Computes the statistics of images, which this function overwrites. */
  fit(images: Float32Array, [count, height, width, channels]: readonly number[]): void {
    const { featurewiseCenter, featurewiseStdNormalization, zcaWhitening, zcaEpsilon } = this.#settings;
    const features = height * width * channels;
    if (zcaWhitening && Math.min(count, features) > MOST_WHITENED) {
      throw new ManabiError(
        'argument',
        `Whitening is limited to ${MOST_WHITENED} images, or images of ${MOST_WHITENED} values; got ${count} images of ${features} values. Fit a part of the images.`,
        { op: 'ImageDataGenerator.fit', data: { count, features, limit: MOST_WHITENED } },
      );
    }
    if (featurewiseCenter) {
      const mean = channelMeans(images, channels);
      for (let i = 0; i < images.length; i++) images[i] -= mean[i % channels];
      this.#mean = mean;
    }
    if (featurewiseStdNormalization) {
      const rest = channelMeans(images, channels);
      const squares = channelMeans(
        images.map((value, i) => (value - rest[i % channels]) ** 2),
        channels,
      );
      this.#std = squares.map((square) => Math.fround(Math.sqrt(square)));
    }
    if (zcaWhitening) this.#whitening = whiteningMatrix(images, count, features, zcaEpsilon);
  }

  /**
   * Checks that `fit` was called if a normalization needs it.
   *
   * @throws ManabiError `argument`. Keras only warns, and does not normalize
   */
  checkFitted(): void {
    const { featurewiseCenter, featurewiseStdNormalization, zcaWhitening } = this.#settings;
    const missing = [
      featurewiseCenter && this.#mean === null ? 'featurewiseCenter' : null,
      featurewiseStdNormalization && this.#std === null ? 'featurewiseStdNormalization' : null,
      zcaWhitening && this.#whitening === null ? 'zcaWhitening' : null,
    ].find((name) => name !== null);
    if (missing === undefined) return;
    throw new ManabiError(
      'argument',
      `\`${missing}\` needs statistics of the images. Call generator.fit(images) with training images first.`,
      { op: 'ImageDataGenerator', data: { option: missing } },
    );
  }

  /** Normalizes an image, and overwrites its pixels. */
  apply(image: FloatImage): FloatImage {
    this.checkFitted();
    const { preprocessingFunction, rescale, samplewiseCenter, samplewiseStdNormalization } = this.#settings;
    const { channels } = image;
    const data = preprocessingFunction === null ? image.data : preprocessed(image, preprocessingFunction);
    const change = (f: (value: number, channel: number) => number) => {
      for (let i = 0; i < data.length; i++) data[i] = f(data[i], i % channels);
    };
    // As in Keras, a factor of 0 is ignored.
    if (rescale) for (let i = 0; i < data.length; i++) data[i] *= rescale;
    if (samplewiseCenter) {
      const mean = Math.fround(meanOf(data));
      change((value) => value - mean);
    }
    if (samplewiseStdNormalization) {
      const mean = meanOf(data);
      const deviation = Math.fround(Math.sqrt(meanOf(data.map((value) => (value - mean) ** 2)))) + EPSILON;
      change((value) => value / deviation);
    }
    const [mean, std, whitening] = [this.#mean, this.#std, this.#whitening];
    if (mean !== null) change((value, channel) => value - channelOf(mean, channel, channels));
    if (std !== null) change((value, channel) => value / (channelOf(std, channel, channels) + EPSILON));
    return { ...image, data: whitening === null ? data : whitened(data, whitening) };
  }
}

function preprocessed(
  { height, width, channels, data }: FloatImage,
  preprocess: NonNullable<GeneratorSettings['preprocessingFunction']>,
): Float32Array {
  const op = 'preprocessingFunction';
  const shape = [height, width, channels];
  const result = preprocess(hostArray('float32', shape, data.slice()));
  checkHostArray(op, result);
  if (equalShapes(result.shape, shape)) return Float32Array.from(result.data);
  throw new ManabiError(
    'shape',
    `The function must return an image of the same shape: expected ${formatShape(shape)}; got ${formatShape(result.shape)}.`,
    { op, data: { expected: shape, got: result.shape } },
  );
}

function channelOf(values: readonly number[], channel: number, channels: number): number {
  if (values.length === channels) return values[channel];
  throw new ManabiError(
    'shape',
    `The generator was fitted on images of ${values.length} channels; got an image of ${channels} channels.`,
    { op: 'ImageDataGenerator', data: { expected: values.length, got: channels } },
  );
}

function meanOf(data: Float32Array): number {
  let sum = 0;
  for (const value of data) sum += value;
  return sum / data.length;
}

function channelMeans(data: Float32Array, channels: number): number[] {
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < data.length; i++) sums[i % channels] += data[i];
  return sums.map((sum) => Math.fround((sum * channels) / data.length));
}

function whitened(data: Float32Array, matrix: Float64Array): Float32Array {
  const size = data.length;
  if (matrix.length !== size * size) {
    throw new ManabiError(
      'shape',
      `The generator was fitted on images of ${Math.sqrt(matrix.length)} values; got an image of ${size} values.`,
      { op: 'ImageDataGenerator', data: { expected: Math.sqrt(matrix.length), got: size } },
    );
  }
  // The matrix is symmetric.
  return data.map((_, i) => data.reduce((sum, value, j) => sum + value * matrix[i * size + j], 0));
}
