import { flip, random, type Shape, type Tensor, where } from '@manabi/core';
import { type OptionValues, oneOf, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { perImage } from '../factors.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';

/** Options of `randomFlip`. */
export interface RandomFlipOptions extends RandomAugmentationOptions {
  /** Directions in which images are flipped, each with probability 0.5 (default: `'horizontalAndVertical'`). */
  readonly mode?: 'horizontal' | 'vertical' | 'horizontalAndVertical';
}

const kinds = {
  ...augmentationKinds,
  mode: optional(oneOf('horizontal', 'vertical', 'horizontalAndVertical'), 'horizontalAndVertical'),
} satisfies OwnKindsOf<RandomFlipOptions>;

/** Whether each image is flipped, as bool tensors [batch, 1, 1, 1]. */
export interface Flips {
  readonly horizontal: Tensor;
  readonly vertical: Tensor;
}

/** Layer created by `randomFlip`. */
export class RandomFlip extends ImageAugmentation<OptionValues<typeof kinds>, Flips> {
  static override readonly className: string = 'RandomFlip';

  constructor(options: RandomFlipOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Flips {
    const [horizontal, vertical] = random.split(key).map((each) => perImage(random.bernoulli(each, 0.5, [count])));
    return { horizontal, vertical };
  }

  protected override transformBatch(images: Tensor, { horizontal, vertical }: Flips): Tensor {
    const { mode } = this.config;
    const { rows, columns } = this.axesOf(images.shape);
    const sideways = mode === 'vertical' ? images : where(horizontal, flip(images, columns), images);
    return mode === 'horizontal' ? sideways : where(vertical, flip(sideways, rows), sideways);
  }

  protected override transformMasks(masks: Tensor, flips: Flips): Tensor {
    return this.transformBatch(masks, flips);
  }
}

/**
 * Creates a layer that flips each image at random in training: left to right (`'horizontal'`), upside down
 * (`'vertical'`), or both independently. Keras 3 draws a single number for both directions.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.randomFlip({ mode: 'horizontal' });
 * const image = tensor([[[1], [2]]]);
 * console.log(await layer.apply(image).array()); // [[[1], [2]]]
 * layer.apply(image, { training: true }); // [[[2], [1]]] or [[[1], [2]]]
 * ```
 */
export function randomFlip(options: RandomFlipOptions = {}): RandomFlip {
  return new RandomFlip(options);
}
