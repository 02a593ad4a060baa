import {
  astype,
  fromHost,
  type HostArray,
  isTensor,
  ManabiError,
  reshape,
  type Shape,
  squeeze,
  type Tensor,
} from '@manabi/core';
import { boolean, type KindsOf, optional, readOptions, wrongArgument } from '@manabi/errors';
import { CallContext } from '../../call/context.ts';
import { eagerRun } from '../../call/runs.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { checkTensor, tensorKind } from '../../structure/check-tensor.ts';
import { isList, type Tensors } from '../../structure/nested.ts';
import { seedKind } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';
import { type ImageAxes, imageAxes } from '../images/image-axes.ts';

/** Options of layers that augment images. */
export interface AugmentationOptions extends LayerOptions {
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

/** Options of layers that augment images at random. */
export interface RandomAugmentationOptions extends AugmentationOptions {
  /** Seed mixed into the random key of each call; different seeds draw different numbers (default: null). */
  readonly seed?: number | null;
}

/** Validators of the options of layers that augment images at random. */
export const augmentationKinds = { dataFormat: dataFormatKind, seed: optional(seedKind, null) };

/** Images with their labels and segmentation masks, in the memory of the host or on the backend. */
export interface LabeledImages {
  /** A batch of images, or a single image. */
  readonly images: Tensor | HostArray;
  /** Labels of the images: [batch, classes], or [classes] for a single image. */
  readonly labels?: Tensor | HostArray;
  /** Classes of the pixels, with the axes of the images. Only geometric augmentations change them. */
  readonly segmentationMasks?: Tensor | HostArray;
}

/** Augmented images, with labels and segmentation masks if they were passed. */
export interface AugmentedImages {
  readonly images: Tensor;
  readonly labels?: Tensor;
  readonly segmentationMasks?: Tensor;
}

/** Options of `augment`. */
export interface AugmentOptions {
  /** Whether to augment, rather than to return the data as at inference (default: true). */
  readonly training?: boolean;
  /** Random key (default: the next key of the global generator; see `setRandomSeed`). */
  readonly key?: Tensor;
}

const augmentKinds = { training: optional(boolean, true), key: optional(tensorKind) } satisfies KindsOf<AugmentOptions>;

/** The part of an augmentation's config that this file reads. */
interface AugmentationConfig {
  readonly dataFormat: DataFormat;
  readonly seed?: number | null;
}

/**
 * A layer that augments images in training and returns them unchanged at inference. Each call first draws a
 * transformation, with separate numbers for each image of a batch, and then applies it. Inputs are images [batch, rows,
 * columns, channels] or a single image, or a list of images and labels.
 */
export abstract class ImageAugmentation<Config extends AugmentationConfig, Transformation> extends Layer<Config> {
  override readonly computesInFloat32: boolean = true;

  /**
   * Draws the parameters of a transformation.
   *
   * @param shape shape of a batch of images
   * @param key random key; each call needs a new one
   */
  abstract getRandomTransformation(shape: Shape, key: Tensor): Transformation;

  /** Transforms a batch of images in float32. */
  protected abstract transformBatch(images: Tensor, transformation: Transformation): Tensor;

  /** Transforms segmentation masks of a batch, which have any dtype: unchanged by default. */
  protected transformMasks(masks: Tensor, _transformation: Transformation): Tensor {
    return masks;
  }

  /** Transforms the labels of a batch: unchanged by default. */
  transformLabels(labels: Tensor, _transformation: Transformation): Tensor {
    return labels;
  }

  /** Returns images as at inference: in the compute dtype, and otherwise unchanged by default. */
  protected atInference(images: Tensor): Tensor {
    return astype(images, this.computeDtype);
  }

  /**
   * Applies a transformation to a batch of images, or to a single image. It is computed in float32.
   *
   * @throws ManabiError `shape` unless the images have 3 or 4 axes
   */
  transformImages(images: Tensor, transformation: Transformation): Tensor {
    const value = checkImages(this.className, images);
    const float = astype(value, 'float32');
    const result = inBatch(float, value.rank, (batch) => this.transformBatch(batch, transformation));
    return astype(result, this.computeDtype);
  }

  /** Applies a transformation to segmentation masks with the axes of a batch of images, or of a single image. */
  transformSegmentationMasks(masks: Tensor, transformation: Transformation): Tensor {
    const value = checkImages(this.className, masks);
    return inBatch(value, value.rank, (batch) => this.transformMasks(batch, transformation));
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    const [images, labels, ...others] = isList(inputs) ? inputs : [inputs];
    if (others.length > 0) throw tooManyInputs(this.className, 2 + others.length);
    const result = this.#augmented({ images, labels }, context);
    return result.labels === undefined ? result.images : [result.images, result.labels];
  }

  /**
   * Augments images together with their labels and segmentation masks, for pipelines such as `dataset.map((batch) =>
   * layer.augment(batch))`.
   *
   * @throws ManabiError `shape` unless the images have 3 or 4 axes; `argument` for invalid arguments
   * @example
   * ```ts
   * import { layers, ones } from 'manabi';
   *
   * const layer = layers.randomFlip({ mode: 'horizontal' });
   * const { images } = layer.augment({ images: ones([8, 4, 4, 3]), segmentationMasks: ones([8, 4, 4, 1]) });
   * console.log(images.shape); // [8, 4, 4, 3]
   * ```
   */
  augment(data: LabeledImages, options: AugmentOptions = {}): AugmentedImages {
    const { training, key } = readOptions('augment', options, augmentKinds);
    return this.#augmented(readImages(data), new CallContext(eagerRun(key), { training }));
  }

  #augmented({ images, labels, segmentationMasks: masks }: Fields, context: CallContext): AugmentedImages {
    const { rank } = checkImages(this.className, images);
    if (masks !== undefined && masks.rank !== rank) throw wrongMasks(this.className, images, masks);
    if (!context.training) return fields(this.atInference(images), labels, masks);
    const batch = rank === 3 ? [1, ...images.shape] : images.shape;
    const transformation = this.transformationOf(batch, context);
    return fields(
      this.transformImages(images, transformation),
      labels === undefined ? labels : inBatch(labels, rank, (each) => this.transformLabels(each, transformation)),
      masks === undefined ? masks : this.transformSegmentationMasks(masks, transformation),
    );
  }

  /** Draws the transformation of a call. */
  protected transformationOf(batch: Shape, context: CallContext): Transformation {
    return this.getRandomTransformation(batch, context.key(this.config.seed ?? null));
  }

  /** Positions of the axes of rows and columns of a batch. */
  protected axesOf(batch: Shape): ImageAxes {
    return imageAxes({ rank: batch.length }, this.config.dataFormat);
  }

  /** Position of the axis of channels of a batch. */
  protected get channelAxis(): number {
    return this.config.dataFormat === 'channelsLast' ? 3 : 1;
  }
}

/** The transformation of layers that draw no random numbers. */
export type NoTransformation = Readonly<Record<string, never>>;

/** An augmentation that draws no random numbers. */
export abstract class FixedAugmentation<Config extends AugmentationConfig> extends ImageAugmentation<
  Config,
  NoTransformation
> {
  override getRandomTransformation(): NoTransformation {
    return {};
  }

  protected override transformationOf(): NoTransformation {
    return {};
  }
}

interface Fields {
  readonly images: Tensor;
  readonly labels?: Tensor | undefined;
  readonly segmentationMasks?: Tensor | undefined;
}

function fields(images: Tensor, labels: Tensor | undefined, segmentationMasks: Tensor | undefined): AugmentedImages {
  return {
    images,
    ...(labels === undefined ? {} : { labels }),
    ...(segmentationMasks === undefined ? {} : { segmentationMasks }),
  };
}

/** Applies a function for batches to a batch, or to the data of a single image. */
function inBatch(value: Tensor, rankOfImages: number, f: (batch: Tensor) => Tensor): Tensor {
  return rankOfImages === 3 ? squeeze(f(reshape(value, [1, ...value.shape])), 0) : f(value);
}

/** Reads images, labels and segmentation masks as tensors. */
function readImages(data: LabeledImages): Fields {
  if (typeof data !== 'object' || data === null || !('images' in data)) {
    throw wrongArgument({ op: 'augment', name: 'data' }, 'an object with the field `images`', data);
  }
  const read = (name: keyof LabeledImages): Tensor | undefined => {
    const value = data[name];
    if (value === undefined) return undefined;
    return isTensor(value) ? value : 'data' in value ? fromHost(value) : checkTensor('augment', name, value);
  };
  return {
    images: read('images') ?? checkTensor('augment', 'images', undefined),
    labels: read('labels'),
    segmentationMasks: read('segmentationMasks'),
  };
}

function checkImages(op: string, images: Tensor): Tensor {
  const { rank, shape } = checkTensor(op, 'images', images);
  if (rank === 3 || rank === 4) return images;
  throw new ManabiError(
    'shape',
    `Images must have 4 axes (a batch) or 3 (a single image); got shape [${shape.join(', ')}]. Add the missing axis with ` +
      'expandDims(images, axis).',
    { op, data: { shape } },
  );
}

function wrongMasks(op: string, images: Tensor, masks: Tensor): ManabiError {
  return new ManabiError(
    'shape',
    `Segmentation masks must have the axes of the images; got shape [${masks.shape.join(', ')}] for images of shape ` +
      `[${images.shape.join(', ')}]. Add a channel axis with expandDims(masks, -1).`,
    { op, data: { images: images.shape, masks: masks.shape } },
  );
}

function tooManyInputs(op: string, count: number): ManabiError {
  return new ManabiError('argument', `Expected images, or a list of images and labels; got ${count} inputs.`, {
    op,
    data: { inputs: count },
  });
}
