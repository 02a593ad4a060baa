import { add, clip, mul, type Shape, sub, type Tensor } from '@manabi/core';
import * as image from '@manabi/core/image';
import { number, type OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, factorKind, upTo, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';

/** Options of `randomColorDegeneration`. */
export interface RandomColorDegenerationOptions extends ValueRangeOptions {
  /** Share of gray, or its bounds: 0 for no change, 1 for a gray image. A number f stands for the bounds [0, f]. */
  readonly factor: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: factorKind(number({ min: -1, max: 1 }), upTo),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomColorDegenerationOptions>;

/** Share of gray of each image: [batch, 1, 1, 1]. */
export interface Degeneration {
  readonly factor: Tensor;
}

/** Layer created by `randomColorDegeneration`. */
export class RandomColorDegeneration extends ImageAugmentation<OptionValues<typeof kinds>, Degeneration> {
  static override readonly className: string = 'RandomColorDegeneration';

  constructor(options: RandomColorDegenerationOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Degeneration {
    return { factor: drawn(key, [count, 1, 1, 1], this.config.factor) };
  }

  protected override transformBatch(images: Tensor, { factor }: Degeneration): Tensor {
    const { valueRange, dataFormat } = this.config;
    const gray = image.rgbToGrayscale(images, { dataFormat });
    return clip(add(images, mul(factor, sub(gray, images))), valueRange[0], valueRange[1]);
  }
}

/**
 * Creates a layer that mixes each image with its gray version at random in training.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and 1 or 3
 * channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomColorDegeneration({ factor: 0.5 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomColorDegeneration(options: RandomColorDegenerationOptions): RandomColorDegeneration {
  return new RandomColorDegeneration(options);
}
