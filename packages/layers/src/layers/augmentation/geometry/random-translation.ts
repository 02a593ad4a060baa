import {
  concatenate,
  index,
  mul,
  negative,
  onesLike,
  random,
  type Shape,
  stack,
  type Tensor,
  zerosLike,
} from '@manabi/core';
import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, signedFactor } from '../factors.ts';
import { unchanged } from '../mixing/unchanged.ts';
import { AffineAugmentation, type GeometricOptions, geometricKinds } from './geometric.ts';

/** Options of `randomTranslation`. */
export interface RandomTranslationOptions extends GeometricOptions {
  /**
   * Largest shift in either direction, or the bounds of shifts, as fractions of the height: positive numbers shift down.
   */
  readonly heightFactor: Factor;
  /** Largest shift in either direction, or the bounds of shifts, as fractions of the width: positive numbers shift right. */
  readonly widthFactor: Factor;
}

const kinds = {
  ...geometricKinds,
  heightFactor: unchanged(signedFactor),
  widthFactor: unchanged(signedFactor),
} satisfies OwnKindsOf<RandomTranslationOptions>;

/** Shift of each image in pixels to the right and down: [batch, 2]. */
export interface Translation {
  readonly translations: Tensor;
}

/** Layer created by `randomTranslation`. */
export class RandomTranslation extends AffineAugmentation<OptionValues<typeof kinds>, Translation> {
  static override readonly className: string = 'RandomTranslation';

  constructor(options: RandomTranslationOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation(shape: Shape, key: Tensor): Translation {
    const { heightFactor, widthFactor } = this.config;
    const { rows, columns } = this.axesOf(shape);
    const [forHeight, forWidth] = random.split(key);
    const draw = (from: Tensor, factor: Factor, length: number): Tensor => {
      const bounds = signedFactor.read(factor, { op: this.className, name: 'factor' });
      return mul(drawn(from, [shape[0], 1], bounds), length);
    };
    const right = draw(forWidth, widthFactor, shape[columns]);
    const down = draw(forHeight, heightFactor, shape[rows]);
    return { translations: concatenate([right, down], 1) };
  }

  protected override transformsFor({ translations }: Translation): Tensor {
    const [right, down] = [index(translations, [], 0), index(translations, [], 1)];
    const [zero, one] = [zerosLike(right), onesLike(right)];
    return stack([one, zero, negative(right), zero, one, negative(down)], -1);
  }
}

/**
 * Creates a layer that shifts each image by a random distance in training.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomTranslation(options: RandomTranslationOptions): RandomTranslation {
  return new RandomTranslation(options);
}
