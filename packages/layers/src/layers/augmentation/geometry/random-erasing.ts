import {
  broadcastTo,
  clip,
  index,
  mul,
  random,
  reshape,
  type Shape,
  sqrt,
  type Tensor,
  tensor,
  where,
} from '@manabi/core';
import { anyOf, listOf, nullable, number, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import type { ValueRangeOptions } from '../color/random-brightness.ts';
import { drawn, drawnChoices, type Factor, fractionFactor, perImage, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import { boxMasks, drawnBoxes } from '../mixing/random-boxes.ts';

/** Options of `randomErasing`. */
export interface RandomErasingOptions extends ValueRangeOptions {
  /** Largest probability of the erasure, or the bounds of the probability (default: 1, the bounds [0, 1]). */
  readonly factor?: Factor;
  /**
   * Bounds of the squares of the box's relative width and height, in [0, 1] (default: `[0.02, 0.33]`). A number f stands
   * for the bounds [0, f].
   */
  readonly scale?: Factor;
  /** Value of erased pixels, or one per channel of three (default: null, random noise). */
  readonly fillValue?: number | readonly number[] | null;
}

const kinds = {
  ...augmentationKinds,
  factor: optional(fractionFactor, 1),
  scale: optional(fractionFactor, [0.02, 0.33]),
  fillValue: optional(nullable(anyOf(number(), listOf(number(), { length: 3 }))), null),
  valueRange: valueRangeOption,
} satisfies OwnKindsOf<RandomErasingOptions>;

/** A box in each image of a batch that is erased. */
export interface Erasing {
  /** Whether each image is changed: bool [batch]. */
  readonly applyErasing: Tensor;
  /** Pixels within the boxes: bool, broadcasts to the images. */
  readonly batchMasks: Tensor;
  /** Values of erased pixels; broadcasts to the images. */
  readonly fillValue: Tensor;
}

/** Layer created by `randomErasing`. */
export class RandomErasing extends ImageAugmentation<OptionValues<typeof kinds>, Erasing> {
  static override readonly className: string = 'RandomErasing';

  constructor(options: RandomErasingOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation(shape: Shape, key: Tensor): Erasing {
    const [forChoice, forSize, forBoxes, forFill] = random.split(key, 4);
    const sides = sqrt(drawn(forSize, [shape[0], 2], this.config.scale));
    const axes = this.axesOf(shape);
    const boxes = drawnBoxes(forBoxes, index(sides, [], 0), index(sides, [], 1), shape, axes);
    return {
      applyErasing: drawnChoices(forChoice, shape[0], this.config.factor),
      batchMasks: boxMasks(boxes, shape, axes),
      fillValue: this.#fillValues(shape, forFill),
    };
  }

  #fillValues(shape: Shape, key: Tensor): Tensor {
    const { fillValue, valueRange } = this.config;
    const [low, high] = valueRange;
    if (fillValue === null) return clip(mul(random.normal(key, shape), high), low, high);
    if (typeof fillValue === 'number') return clip(tensor(fillValue, { dtype: 'float32' }), low, high);
    const perChannel = [1, 1, 1, 1].with(this.channelAxis, fillValue.length);
    return clip(broadcastTo(reshape(tensor(fillValue, { dtype: 'float32' }), perChannel), shape), low, high);
  }

  protected override transformBatch(images: Tensor, { applyErasing, batchMasks, fillValue }: Erasing): Tensor {
    return where(perImage(applyErasing), where(batchMasks, fillValue, images), images);
  }
}

/**
 * Creates a layer that erases a random box of images in training. Source: Z. Zhong et al., "Random erasing data
 * augmentation", 2017.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomErasing({ factor: [1, 1], fillValue: 0 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomErasing(options: RandomErasingOptions = {}): RandomErasing {
  return new RandomErasing(options);
}
