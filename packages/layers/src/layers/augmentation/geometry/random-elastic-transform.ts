import { add, arange, clip, index, maximum, mul, random, reshape, type Shape, type Tensor, where } from '@manabi/core';
import * as image from '@manabi/core/image';
import { number, type OptionValues, oneOf, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import type { ValueRangeOptions } from '../color/random-brightness.ts';
import {
  drawn,
  drawnChoices,
  type Factor,
  fractionFactor,
  interpolationOption,
  perImage,
  valueRangeOption,
} from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';

/** Options of `randomElasticTransform`. */
export interface RandomElasticTransformOptions extends ValueRangeOptions {
  /** Largest probability of the distortion, or the bounds of the probability (default: 1, the bounds [0, 1]). */
  readonly factor?: Factor;
  /** Largest strength of the distortion, or its bounds, in [0, 1] (default: 1, the bounds [0, 1]). */
  readonly scale?: Factor;
  /** Interpolation between pixels (default: `'bilinear'`). */
  readonly interpolation?: 'nearest' | 'bilinear';
  /**
   * Values beyond the edges of an image: as in other layers, or the image mirrored at the centers of its edge pixels
   * (`'mirror'`). Default: `'reflect'`.
   */
  readonly fillMode?: 'constant' | 'nearest' | 'wrap' | 'mirror' | 'reflect';
  /** Value beyond the edges of an image for `fillMode: 'constant'` (default: 0). */
  readonly fillValue?: number;
}

const kinds = {
  ...augmentationKinds,
  factor: optional(fractionFactor, 1),
  scale: optional(fractionFactor, 1),
  interpolation: interpolationOption,
  fillMode: optional(oneOf('constant', 'nearest', 'wrap', 'mirror', 'reflect'), 'reflect'),
  fillValue: optional(number(), 0),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomElasticTransformOptions>;

/** An elastic distortion of some images of a batch. */
export interface Elastic {
  /** Whether each image is distorted: bool [batch]. */
  readonly applyTransform: Tensor;
  /** Strength of the distortion, the same for all images: a scalar. */
  readonly distortionFactor: Tensor;
  /** Standard normal numbers from which the shifts of columns and rows are computed: [batch, 2, rows, columns]. */
  readonly noise: Tensor;
}

/** Layer created by `randomElasticTransform`. */
export class RandomElasticTransform extends ImageAugmentation<OptionValues<typeof kinds>, Elastic> {
  static override readonly className: string = 'RandomElasticTransform';

  constructor(options: RandomElasticTransformOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation(shape: Shape, key: Tensor): Elastic {
    const { rows, columns } = this.axesOf(shape);
    const [forChoice, forStrength, forNoise] = random.split(key, 3);
    return {
      applyTransform: drawnChoices(forChoice, shape[0], this.config.factor),
      distortionFactor: drawn(forStrength, [], this.config.scale),
      noise: random.normal(forNoise, [shape[0], 2, shape[rows], shape[columns]]),
    };
  }

  protected override transformBatch(images: Tensor, transformation: Elastic): Tensor {
    const [low, high] = this.config.valueRange;
    return clip(this.#distorted(images, transformation, this.config.interpolation), low, high);
  }

  protected override transformMasks(masks: Tensor, transformation: Elastic): Tensor {
    return this.#distorted(masks, transformation, 'nearest');
  }

  #distorted(
    images: Tensor,
    { applyTransform, distortionFactor, noise }: Elastic,
    interpolation: 'nearest' | 'bilinear',
  ): Tensor {
    const { scale, fillMode, fillValue, dataFormat } = this.config;
    if (scale[1] === 0) return images;
    const { rows, columns } = this.axesOf(images.shape);
    const [height, width] = [images.shape[rows], images.shape[columns]];
    const longest = 0.05 * Math.min(height, width);
    // A strength of 0 would be a division by zero. The shifts are then zero, too.
    const sigma = maximum(mul(distortionFactor, longest), 1e-6);
    const kernelSize = Math.trunc(6 * longest * scale[1]) | 1;
    const smooth = image.gaussianBlur(mul(noise, sigma), { kernelSize, sigma, dataFormat: 'channelsFirst' });
    const shifts = mul(smooth, mul(distortionFactor, 0.1 * Math.max(height, width)));
    const steps = (length: number): Tensor => arange(0, length, 1, { dtype: 'float32' });
    const x = add(index(shifts, [], 0), steps(width));
    const y = add(index(shifts, [], 1), reshape(steps(height), [height, 1]));
    const distorted = image.remap(images, x, y, { interpolation, fillMode, fillValue, dataFormat });
    return where(perImage(applyTransform), distorted, images);
  }
}

/**
 * Creates a layer that distorts images at random in training: it shifts each pixel by smooth noise. Source: P. Simard et
 * al., "Best practices for convolutional neural networks applied to visual document analysis", 2003.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomElasticTransform({ factor: [1, 1] });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomElasticTransform(options: RandomElasticTransformOptions = {}): RandomElasticTransform {
  return new RandomElasticTransform(options);
}
