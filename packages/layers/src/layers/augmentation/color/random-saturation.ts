import { add, clip, concatenate, div, mul, type Shape, split, sub, type Tensor } from '@manabi/core';
import * as image from '@manabi/core/image';
import type { OptionValues } from '@manabi/errors';
import { number } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, factorKind, perImage, upTo, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';

/** Options of `randomSaturation`. */
export interface RandomSaturationOptions extends ValueRangeOptions {
  /**
   * Saturation, or its bounds: 0 for gray, 0.5 for no change, 1 for full saturation. A number f stands for the bounds
   * [0, f].
   */
  readonly factor: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: factorKind(number({ min: -1, max: 1 }), upTo),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomSaturationOptions>;

/** Factor of the saturation of each image: [batch]. */
export interface Saturation {
  readonly factor: Tensor;
}

/** Layer created by `randomSaturation`. */
export class RandomSaturation extends ImageAugmentation<OptionValues<typeof kinds>, Saturation> {
  static override readonly className: string = 'RandomSaturation';

  constructor(options: RandomSaturationOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Saturation {
    const draw = drawn(key, [count], this.config.factor);
    return { factor: div(draw, add(sub(1, draw), 1e-7)) };
  }

  protected override transformBatch(images: Tensor, { factor }: Saturation): Tensor {
    const { dataFormat } = this.config;
    const [hue, saturation, value] = split(image.rgbToHsv(images, { dataFormat }), 3, this.channelAxis);
    const scaled = clip(mul(saturation, perImage(factor)), 0, 1);
    return image.hsvToRgb(concatenate([hue, scaled, value], this.channelAxis), { dataFormat });
  }
}

/**
 * Creates a layer that changes the saturation of each image at random in training. Saturations are clipped to 1;
 * Keras 3.15 clips them to the range of values, so that colors can leave it.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and 3
 * channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomSaturation({ factor: [0.4, 0.6] });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomSaturation(options: RandomSaturationOptions): RandomSaturation {
  return new RandomSaturation(options);
}
