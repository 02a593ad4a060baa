import { add, mul, random, type Shape, type Tensor, tensor, where } from '@manabi/core';
import * as image from '@manabi/core/image';
import { fraction, number, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, drawnChoices, type Factor, fractionFactor, interpolationOption, perImage } from '../factors.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';

/** Options of `randomPerspective`. */
export interface RandomPerspectiveOptions extends RandomAugmentationOptions {
  /** Largest probability of the transformation, or the bounds of the probability (default: 1, the bounds [0, 1]). */
  readonly factor?: Factor;
  /** Strength of the distortion, in [0, 1] (default: 1). */
  readonly scale?: number;
  /** Interpolation between pixels (default: `'bilinear'`). */
  readonly interpolation?: 'nearest' | 'bilinear';
  /** Value beyond the edges of an image (default: 0). */
  readonly fillValue?: number;
}

const kinds = {
  ...augmentationKinds,
  factor: optional(fractionFactor, 1),
  scale: optional(fraction, 1),
  interpolation: interpolationOption,
  fillValue: optional(number(), 0),
} satisfies OwnKindsOf<RandomPerspectiveOptions>;

/** A change of perspective of each image. */
export interface Perspective {
  /** Whether each image is transformed: bool [batch]. */
  readonly applyPerspective: Tensor;
  /** Corners of the images, `[column, row]` each: [1 or batch, 4, 2]. */
  readonly startPoints: Tensor;
  /** Positions to which the corners move: [batch, 4, 2]. */
  readonly endPoints: Tensor;
}

/** Layer created by `randomPerspective`. */
export class RandomPerspective extends ImageAugmentation<OptionValues<typeof kinds>, Perspective> {
  static override readonly className: string = 'RandomPerspective';

  constructor(options: RandomPerspectiveOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation(shape: Shape, key: Tensor): Perspective {
    const { factor, scale } = this.config;
    const { rows, columns } = this.axesOf(shape);
    const [right, bottom] = [shape[columns] - 1, shape[rows] - 1];
    const [forChoice, forPoints] = random.split(key);
    const corners = [0, bottom].flatMap((y) => [0, right].map((x) => [x, y]));
    const startPoints = tensor([corners], { dtype: 'float32' });
    const change = drawn(forPoints, [shape[0], 4, 2], [-scale / 2, scale / 2]);
    return {
      applyPerspective: drawnChoices(forChoice, shape[0], factor),
      startPoints,
      endPoints: add(startPoints, mul(startPoints, change)),
    };
  }

  protected override transformBatch(images: Tensor, transformation: Perspective): Tensor {
    return this.#transformed(images, transformation, this.config.interpolation);
  }

  protected override transformMasks(masks: Tensor, transformation: Perspective): Tensor {
    return this.#transformed(masks, transformation, 'nearest');
  }

  #transformed(
    images: Tensor,
    { applyPerspective, startPoints, endPoints }: Perspective,
    interpolation: 'nearest' | 'bilinear',
  ): Tensor {
    const { fillValue, dataFormat } = this.config;
    const moved = image.perspectiveTransform(images, startPoints, endPoints, { interpolation, fillValue, dataFormat });
    return where(perImage(applyPerspective), moved, images);
  }
}

/**
 * Creates a layer that changes the perspective of images at random in training, by moving three of their corners.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomPerspective({ factor: [1, 1], scale: 0.3 }); // all images
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomPerspective(options: RandomPerspectiveOptions = {}): RandomPerspective {
  return new RandomPerspective(options);
}
