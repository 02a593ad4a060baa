import { ManabiError, type Tensor } from '@manabi/core';
import { anything, nullable, number, type OptionValues, optional, text } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** Options of the layers `randomHeight` and `randomWidth`. */
export interface RandomSizeOptions extends LayerOptions {
  /** Range of the change of the length, as a fraction: one number, or [lower, upper]. */
  readonly factor: number | readonly number[];
  /** Interpolation between pixels (default: `'bilinear'`). */
  readonly interpolation?: string;
  /** Seed of the random numbers (default: null). */
  readonly seed?: number | null;
}

const kinds = {
  factor: anything<RandomSizeOptions['factor']>('a number, or a list [lower, upper]'),
  interpolation: optional(text, 'bilinear'),
  seed: optional(nullable(number()), null),
} satisfies OwnKindsOf<RandomSizeOptions>;

function resolved(layerClass: LayerClassName, options: RandomSizeOptions) {
  return readLayerOptions(layerClass, options, kinds);
}

/** A layer that Keras 2 has: it changes the size of images in training. */
abstract class RandomSize extends Layer<OptionValues<typeof kinds>> {
  constructor(options: RandomSizeOptions) {
    super(options, resolved(new.target, options));
  }

  override call(images: Tensor, { training }: CallContext): Tensor {
    if (!training) return images;
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) cannot be trained: the size of the images would change in every step. Remove the ` +
        'layer, or use randomZoom().',
      { op: this.className, data: { layer: this.name, className: this.className } },
    );
  }
}

/** Layer created by `randomHeight`. */
export class RandomHeight extends RandomSize {
  static override readonly className: string = 'RandomHeight';
}

/** Layer created by `randomWidth`. */
export class RandomWidth extends RandomSize {
  static override readonly className: string = 'RandomWidth';
}

/**
 * Creates the layer of Keras 2 that changes the height of images in training. At inference, it returns images of any shape
 * unchanged; it cannot be trained.
 *
 * @throws ManabiError `argument` for invalid options, and for calls in training
 * @example
 * ```ts
 * import { randomHeight } from '@manabi/layers/further';
 * import { ones } from 'manabi';
 *
 * console.log(randomHeight({ factor: 0.2 }).apply(ones([1, 8, 8, 3])).shape); // [1, 8, 8, 3]
 * ```
 */
export function randomHeight(options: RandomSizeOptions): RandomHeight {
  return new RandomHeight(options);
}

/**
 * Creates the layer of Keras 2 that changes the width of images in training. At inference, it returns images of any shape
 * unchanged; it cannot be trained.
 *
 * @throws ManabiError `argument` for invalid options, and for calls in training
 * @example
 * ```ts
 * import { randomWidth } from '@manabi/layers/further';
 * import { ones } from 'manabi';
 *
 * console.log(randomWidth({ factor: 0.2 }).apply(ones([1, 8, 8, 3])).shape); // [1, 8, 8, 3]
 * ```
 */
export function randomWidth(options: RandomSizeOptions): RandomWidth {
  return new RandomWidth(options);
}
