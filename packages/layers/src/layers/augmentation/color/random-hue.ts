import {
  add,
  clip,
  concatenate,
  greater,
  less,
  mul,
  random,
  type Shape,
  split,
  sub,
  type Tensor,
  where,
} from '@manabi/core';
import * as image from '@manabi/core/image';
import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, fractionFactor, perImage, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';
import { inRange, UNIT } from './value-range.ts';

/** Options of `randomHue`. */
export interface RandomHueOptions extends ValueRangeOptions {
  /** Largest change of the hue in either direction, or the bounds of its size, in half turns of the color circle: [0, 1]. */
  readonly factor: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: fractionFactor,
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomHueOptions>;

/** Change of the hue of each image, in turns: [batch]. */
export interface Hue {
  readonly factor: Tensor;
}

/** Layer created by `randomHue`. */
export class RandomHue extends ImageAugmentation<OptionValues<typeof kinds>, Hue> {
  static override readonly className: string = 'RandomHue';

  constructor(options: RandomHueOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Hue {
    const [forSign, forSize] = random.split(key);
    const size = mul(drawn(forSize, [count], this.config.factor), 0.5);
    return { factor: where(random.bernoulli(forSign, 0.5, [count]), mul(size, -1), size) };
  }

  protected override transformBatch(images: Tensor, { factor }: Hue): Tensor {
    const { valueRange, dataFormat } = this.config;
    const hsv = image.rgbToHsv(inRange(images, valueRange, UNIT), { dataFormat });
    const [hue, saturation, value] = split(hsv, 3, this.channelAxis);
    const turned = add(hue, perImage(factor));
    const above = where(greater(turned, 1), sub(turned, 1), turned);
    const within = where(less(above, 0), add(above, 1), above);
    const rgb = image.hsvToRgb(concatenate([within, saturation, value], this.channelAxis), { dataFormat });
    return inRange(clip(rgb, 0, 1), UNIT, valueRange);
  }
}

/**
 * Creates a layer that turns the hue of each image by a random angle in training.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and 3
 * channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomHue({ factor: 0.2 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomHue(options: RandomHueOptions): RandomHue {
  return new RandomHue(options);
}
