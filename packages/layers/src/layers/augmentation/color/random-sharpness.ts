import { add, clip, conv, moveaxis, mul, reshape, type Shape, sub, type Tensor, tensor } from '@manabi/core';
import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, fractionFactor, perImage, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';

/** Options of `randomSharpness`. */
export interface RandomSharpnessOptions extends ValueRangeOptions {
  /** Sharpness, or its bounds, in [0, 1]: 0 for blurred, 0.5 for no change, 1 for sharpened. A number f stands for [0, f]. */
  readonly factor: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: fractionFactor,
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomSharpnessOptions>;

/** Sharpness of each image: [batch]. */
export interface Sharpness {
  readonly factor: Tensor;
}

const SMOOTHING = [1, 1, 1, 1, 5, 1, 1, 1, 1].map((weight) => weight / 13);

/** Layer created by `randomSharpness`. */
export class RandomSharpness extends ImageAugmentation<OptionValues<typeof kinds>, Sharpness> {
  static override readonly className: string = 'RandomSharpness';

  constructor(options: RandomSharpnessOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Sharpness {
    return { factor: drawn(key, [count], this.config.factor) };
  }

  protected override transformBatch(images: Tensor, { factor }: Sharpness): Tensor {
    const { valueRange } = this.config;
    const planes = moveaxis(images, this.channelAxis, 1);
    const [count, channels, height, width] = planes.shape;
    const kernel = tensor(SMOOTHING, { shape: [1, 1, 3, 3], dtype: images.dtype });
    const smooth = conv(reshape(planes, [count * channels, 1, height, width]), kernel, { padding: 'same' });
    const smoothed = moveaxis(reshape(smooth, planes.shape), 1, this.channelAxis);
    const share = sub(1, mul(perImage(factor), 2));
    return clip(add(images, mul(share, sub(smoothed, images))), valueRange[0], valueRange[1]);
  }
}

/**
 * Creates a layer that blurs or sharpens each image at random in training: it mixes the image with one that is smoothed
 * by a 3x3 kernel. Pixels beyond the edges count as 0.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomSharpness({ factor: 0.5 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomSharpness(options: RandomSharpnessOptions): RandomSharpness {
  return new RandomSharpness(options);
}
