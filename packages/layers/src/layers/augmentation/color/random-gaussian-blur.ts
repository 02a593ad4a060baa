import { add, clip, index, random, type Shape, type Tensor, where } from '@manabi/core';
import * as image from '@manabi/core/image';
import { type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import {
  drawn,
  drawnChoices,
  type Factor,
  fractionFactor,
  kernelSizeKind,
  perImage,
  valueRangeOption,
} from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';

/** Options of `randomGaussianBlur`. */
export interface RandomGaussianBlurOptions extends ValueRangeOptions {
  /** Largest probability of the blur, or the bounds of the probability (default: 1, the bounds [0, 1]). */
  readonly factor?: Factor;
  /** Odd width and height of the kernel: one number, or `[width, height]` (default: 3). */
  readonly kernelSize?: number | readonly number[];
  /** Largest standard deviation in pixels, or its bounds, in [0, 1] (default: 1, the bounds [0, 1]). */
  readonly sigma?: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: optional(fractionFactor, 1),
  kernelSize: optional(kernelSizeKind, 3),
  sigma: optional(fractionFactor, 1),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomGaussianBlurOptions>;

/** A blur of some images of a batch. */
export interface GaussianBlur {
  /** Whether each image is blurred: bool [batch]. */
  readonly shouldApplyBlur: Tensor;
  /** Standard deviations along rows and columns, the same for all images: [2]. */
  readonly blurFactor: Tensor;
}

/** Layer created by `randomGaussianBlur`. */
export class RandomGaussianBlur extends ImageAugmentation<OptionValues<typeof kinds>, GaussianBlur> {
  static override readonly className: string = 'RandomGaussianBlur';

  constructor(options: RandomGaussianBlurOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): GaussianBlur {
    const [forChoice, forSigma] = random.split(key);
    return {
      shouldApplyBlur: drawnChoices(forChoice, count, this.config.factor),
      blurFactor: add(drawn(forSigma, [2], this.config.sigma), 1e-6),
    };
  }

  protected override transformBatch(images: Tensor, { shouldApplyBlur, blurFactor }: GaussianBlur): Tensor {
    const { kernelSize, valueRange, dataFormat } = this.config;
    const sigma = [index(blurFactor, 0), index(blurFactor, 1)];
    const blurred = image.gaussianBlur(images, { kernelSize, sigma, dataFormat });
    return clip(where(perImage(shouldApplyBlur), blurred, images), valueRange[0], valueRange[1]);
  }
}

/**
 * Creates a layer that blurs images at random in training. Pixels beyond the edges count as 0.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomGaussianBlur({ kernelSize: 5, sigma: [0.5, 1] });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomGaussianBlur(options: RandomGaussianBlurOptions = {}): RandomGaussianBlur {
  return new RandomGaussianBlur(options);
}
