import { add, clip, mul, type Shape, type Tensor } from '@manabi/core';
import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, signedFactor, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';

/** Options of augmentations whose results are clipped to the range of values. */
export interface ValueRangeOptions extends RandomAugmentationOptions {
  /** Lowest and highest value of pixels (default: `[0, 255]`). Pass `[0, 1]` for images that are already scaled. */
  readonly valueRange?: readonly number[];
}

/** Options of `randomBrightness`. */
export interface RandomBrightnessOptions extends ValueRangeOptions {
  /** Largest change in either direction, or the bounds of changes, as fractions of the range of values. */
  readonly factor: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: signedFactor,
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomBrightnessOptions>;

/** Number that is added to all pixels of an image: [batch, 1, 1, 1]. */
export interface Brightness {
  readonly rgbDelta: Tensor;
}

/** Layer created by `randomBrightness`. */
export class RandomBrightness extends ImageAugmentation<OptionValues<typeof kinds>, Brightness> {
  static override readonly className: string = 'RandomBrightness';

  constructor(options: RandomBrightnessOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Brightness {
    const [low, high] = this.config.valueRange;
    return { rgbDelta: mul(drawn(key, [count, 1, 1, 1], this.config.factor), high - low) };
  }

  protected override transformBatch(images: Tensor, { rgbDelta }: Brightness): Tensor {
    const [low, high] = this.config.valueRange;
    return clip(add(images, rgbDelta), low, high);
  }
}

/**
 * Creates a layer that adds a random number to all pixels of each image in training, and clips them to the range of
 * values.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomBrightness(options: RandomBrightnessOptions): RandomBrightness {
  return new RandomBrightness(options);
}
