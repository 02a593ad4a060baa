import { add, clip, mean, mul, type Shape, sub, type Tensor } from '@manabi/core';
import { number, type OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, factorKind, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';

/** Options of `randomContrast`. */
export interface RandomContrastOptions extends ValueRangeOptions {
  /** Numbers `[lower, upper]`: contrasts are drawn from [1 - lower, 1 + upper]. A number f stands for `[f, f]`. */
  readonly factor: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: factorKind(number({ min: 0 }), (factor) => [factor, factor]),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomContrastOptions>;

/** Factor of the contrast of each image: [batch, 1, 1, 1]. */
export interface Contrast {
  readonly contrastFactor: Tensor;
}

/** Layer created by `randomContrast`. */
export class RandomContrast extends ImageAugmentation<OptionValues<typeof kinds>, Contrast> {
  static override readonly className: string = 'RandomContrast';

  constructor(options: RandomContrastOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Contrast {
    const [lower, upper] = this.config.factor;
    return { contrastFactor: drawn(key, [count, 1, 1, 1], [1 - lower, 1 + upper]) };
  }

  protected override transformBatch(images: Tensor, { contrastFactor }: Contrast): Tensor {
    const { rows, columns } = this.axesOf(images.shape);
    const [low, high] = this.config.valueRange;
    const center = mean(images, [rows, columns], { keepdims: true });
    return clip(add(mul(sub(images, center), contrastFactor), center), low, high);
  }
}

/**
 * Creates a layer that changes the contrast of each image at random in training: `(x - mean) · factor + mean`, with the
 * mean of each channel, clipped to the range of values. A number f as factor means [1 - f, 1 + f], as Keras documents;
 * Keras 3.15 draws from [1, 1 + f].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomContrast({ factor: 0.2 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomContrast(options: RandomContrastOptions): RandomContrast {
  return new RandomContrast(options);
}
