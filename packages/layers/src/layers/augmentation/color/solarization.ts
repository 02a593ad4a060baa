import { add, clip, less, random, type Shape, sub, type Tensor, where } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, fractionFactor, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import type { ValueRangeOptions } from './random-brightness.ts';
import { BYTES, inRange } from './value-range.ts';

/** Options of `solarization`. */
export interface SolarizationOptions extends ValueRangeOptions {
  /**
   * Number that is added to pixels before, or its bounds, as a fraction of the range of values (default: 0). A number f
   * stands for the bounds [0, f].
   */
  readonly additionFactor?: Factor;
  /**
   * Lowest value that is inverted, or its bounds, as a fraction of the range of values (default: 0). A number f stands
   * for the bounds [0, f].
   */
  readonly thresholdFactor?: Factor;
}

const kinds = {
  ...augmentationKinds,
  additionFactor: optional(fractionFactor, 0),
  thresholdFactor: optional(fractionFactor, 0),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<SolarizationOptions>;

/** Additions and thresholds of each image, for values in [0, 255]: [batch, 1, 1, 1]. */
export interface SolarizationValues {
  readonly additions: Tensor;
  readonly thresholds: Tensor;
}

/** Layer created by `solarization`. */
export class Solarization extends ImageAugmentation<OptionValues<typeof kinds>, SolarizationValues> {
  static override readonly className: string = 'Solarization';

  constructor(options: SolarizationOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): SolarizationValues {
    const { additionFactor, thresholdFactor } = this.config;
    const [forAddition, forThreshold] = random.split(key);
    const draw = (from: Tensor, [low, high]: readonly number[]): Tensor =>
      drawn(from, [count, 1, 1, 1], [255 * low, 255 * high]);
    return { additions: draw(forAddition, additionFactor), thresholds: draw(forThreshold, thresholdFactor) };
  }

  protected override transformBatch(images: Tensor, { additions, thresholds }: SolarizationValues): Tensor {
    const { valueRange } = this.config;
    const raised = clip(add(inRange(images, valueRange, BYTES), additions), 0, 255);
    return inRange(where(less(raised, thresholds), raised, sub(255, raised)), BYTES, valueRange);
  }
}

/**
 * Creates a layer that inverts all values from a random threshold in training: `x` becomes `low + high - x`.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.solarization({ thresholdFactor: [0.5, 0.5] });
 * console.log(await layer.apply(tensor([[[100], [200]]]), { training: true }).array()); // [[[100], [55]]]
 * ```
 */
export function solarization(options: SolarizationOptions = {}): Solarization {
  return new Solarization(options);
}
