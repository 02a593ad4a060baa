import { type Shape, sub, type Tensor, where } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawnChoices, type Factor, fractionFactor, perImage, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';

/** Options of `randomInvert`. */
export interface RandomInvertOptions extends ValueRangeOptions {
  /** Largest probability of the inversion, or the bounds of the probability (default: 1, the bounds [0, 1]). */
  readonly factor?: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: optional(fractionFactor, 1),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomInvertOptions>;

/** Whether each image is inverted: bool [batch]. */
export interface Inversion {
  readonly applyInversion: Tensor;
}

/** Layer created by `randomInvert`. */
export class RandomInvert extends ImageAugmentation<OptionValues<typeof kinds>, Inversion> {
  static override readonly className: string = 'RandomInvert';

  constructor(options: RandomInvertOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Inversion {
    return { applyInversion: drawnChoices(key, count, this.config.factor) };
  }

  protected override transformBatch(images: Tensor, { applyInversion }: Inversion): Tensor {
    const [low, high] = this.config.valueRange;
    return where(perImage(applyInversion), sub(low + high, images), images);
  }
}

/**
 * Creates a layer that inverts the colors of images at random in training: `x` becomes `low + high - x`. Keras computes
 * `high - x`, which is the same for ranges that start at 0.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.randomInvert({ factor: [1, 1] }); // all images
 * console.log(await layer.apply(tensor([[[255], [200]]]), { training: true }).array()); // [[[0], [55]]]
 * ```
 */
export function randomInvert(options: RandomInvertOptions = {}): RandomInvert {
  return new RandomInvert(options);
}
