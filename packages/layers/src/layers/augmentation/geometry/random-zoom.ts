import { index, mul, random, type Shape, stack, sub, type Tensor, zerosLike } from '@manabi/core';
import { nullable, number, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, factorKind, symmetric } from '../factors.ts';
import { unchanged } from '../mixing/unchanged.ts';
import { AffineAugmentation, type GeometricOptions, geometricKinds } from './geometric.ts';

/** Options of `randomZoom`. */
export interface RandomZoomOptions extends GeometricOptions {
  /**
   * Largest change of the visible height, or its bounds, as fractions of the height: a positive number zooms out and a
   * negative number zooms in. A number f stands for the bounds [-f, f].
   */
  readonly heightFactor: Factor;
  /** Largest change of the visible width, or its bounds (default: null, which preserves the aspect ratio). */
  readonly widthFactor?: Factor | null;
}

const zoomFactor = factorKind(number({ above: -1, max: 1 }), symmetric);

const kinds = {
  ...geometricKinds,
  heightFactor: unchanged(zoomFactor),
  widthFactor: optional(nullable(unchanged(zoomFactor)), null),
} satisfies OwnKindsOf<RandomZoomOptions>;

/** Visible fraction of the height and width of each image: [batch, 1]. */
export interface Zoom {
  readonly heightZoom: Tensor;
  readonly widthZoom: Tensor;
}

/** Layer created by `randomZoom`. */
export class RandomZoom extends AffineAugmentation<OptionValues<typeof kinds>, Zoom> {
  static override readonly className: string = 'RandomZoom';

  constructor(options: RandomZoomOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Zoom {
    const { heightFactor, widthFactor } = this.config;
    const [forHeight, forWidth] = random.split(key);
    const draw = (from: Tensor, factor: Factor): Tensor => {
      const [low, high] = zoomFactor.read(factor, { op: this.className, name: 'factor' });
      return drawn(from, [count, 1], [1 + low, 1 + high]);
    };
    const heightZoom = draw(forHeight, heightFactor);
    return { heightZoom, widthZoom: widthFactor === null ? heightZoom : draw(forWidth, widthFactor) };
  }

  protected override transformsFor({ heightZoom, widthZoom }: Zoom, height: number, width: number): Tensor {
    const [x, y] = [index(widthZoom, [], 0), index(heightZoom, [], 0)];
    const [offsetX, offsetY] = [mul(sub(1, x), (width - 1) / 2), mul(sub(1, y), (height - 1) / 2)];
    return stack([x, zerosLike(x), offsetX, zerosLike(x), y, offsetY], -1);
  }
}

/**
 * Creates a layer that zooms each image at random in training. Positive factors zoom out, as in Keras.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomZoom({ heightFactor: [-0.3, -0.1] }); // enlarges by up to 30 %
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomZoom(options: RandomZoomOptions): RandomZoom {
  return new RandomZoom(options);
}
