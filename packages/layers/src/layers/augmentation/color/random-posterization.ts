import { astype, div, floor, full, mul, power, random, type Shape, sub, type Tensor } from '@manabi/core';
import { integer, type OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { type Factor, factorKind, perImage, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';
import { BYTES, inRange } from './value-range.ts';

/** Options of `randomPosterization`. */
export interface RandomPosterizationOptions extends ValueRangeOptions {
  /**
   * Bounds `[low, high]` of the number of bits that remain, integers in [1, 8]; `high` itself is drawn only if both are
   * equal. A number n stands for the bounds [1, n].
   */
  readonly factor: Factor;
}

const kinds = {
  ...augmentationKinds,
  factor: factorKind(integer({ min: 1, max: 8 }), (bits) => [1, bits]),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomPosterizationOptions>;

/** Number of bits that each image loses: [batch]. */
export interface Posterization {
  readonly shiftFactor: Tensor;
}

/** Layer created by `randomPosterization`. */
export class RandomPosterization extends ImageAugmentation<OptionValues<typeof kinds>, Posterization> {
  static override readonly className: string = 'RandomPosterization';

  constructor(options: RandomPosterizationOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Posterization {
    const [low, high] = this.config.factor;
    const bits = low === high ? full([count], low, { dtype: 'int32' }) : random.randint(key, [count], low, high);
    return { shiftFactor: sub(8, bits) };
  }

  protected override transformBatch(images: Tensor, { shiftFactor }: Posterization): Tensor {
    const { valueRange } = this.config;
    const bytes = astype(astype(inRange(images, valueRange, BYTES), 'uint8'), images.dtype);
    const step = power(2, astype(perImage(shiftFactor), images.dtype));
    return inRange(mul(floor(div(bytes, step)), step), BYTES, valueRange);
  }
}

/**
 * Creates a layer that reduces the number of colors of each image at random in training: of each byte, only the highest
 * bits remain.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.randomPosterization({ factor: [1, 1] }); // one bit remains
 * console.log(await layer.apply(tensor([[[100], [200]]]), { training: true }).array()); // [[[0], [128]]]
 * ```
 */
export function randomPosterization(options: RandomPosterizationOptions): RandomPosterization {
  return new RandomPosterization(options);
}
