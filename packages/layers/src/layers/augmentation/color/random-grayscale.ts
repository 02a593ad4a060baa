import { random, type Shape, type Tensor, where } from '@manabi/core';
import * as image from '@manabi/core/image';
import { fraction, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { perImage } from '../factors.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';

/** Options of `randomGrayscale`. */
export interface RandomGrayscaleOptions extends RandomAugmentationOptions {
  /** Probability that an image becomes gray (default: 0.5). */
  readonly factor?: number;
}

const kinds = { ...augmentationKinds, factor: optional(fraction, 0.5) } satisfies OwnKindsOf<RandomGrayscaleOptions>;

/** Whether each image becomes gray: bool [batch, 1, 1, 1]. */
export interface Grayscale {
  readonly shouldApply: Tensor;
}

/** Layer created by `randomGrayscale`. */
export class RandomGrayscale extends ImageAugmentation<OptionValues<typeof kinds>, Grayscale> {
  static override readonly className: string = 'RandomGrayscale';

  constructor(options: RandomGrayscaleOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Grayscale {
    return { shouldApply: perImage(random.bernoulli(key, this.config.factor, [count])) };
  }

  protected override transformBatch(images: Tensor, { shouldApply }: Grayscale): Tensor {
    const gray = image.rgbToGrayscale(images, { dataFormat: this.config.dataFormat });
    return where(shouldApply, gray, images);
  }
}

/**
 * Creates a layer that makes images gray at random in training. They keep their three channels.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and 1 or 3
 * channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomGrayscale({ factor: 0.1 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomGrayscale(options: RandomGrayscaleOptions = {}): RandomGrayscale {
  return new RandomGrayscale(options);
}
