import {
  concatenate,
  index,
  mul,
  onesLike,
  random,
  type Shape,
  stack,
  type Tensor,
  where,
  zerosLike,
} from '@manabi/core';
import { fraction, type Kind, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, factorKind, type Interval, symmetric } from '../factors.ts';
import { unchanged } from '../mixing/unchanged.ts';
import { AffineAugmentation, type GeometricOptions, geometricKinds } from './geometric.ts';

/** Options of `randomShear`. */
export interface RandomShearOptions extends GeometricOptions {
  /** Largest shift of a row, or its bounds, per row of distance from the top, in [0, 1] (default: 0). */
  readonly xFactor?: Factor;
  /** Largest shift of a column, or its bounds, per column of distance from the left, in [0, 1] (default: 0). */
  readonly yFactor?: Factor;
}

const shearFactor = factorKind(fraction, symmetric);

/**
 * Validator for factors of a shear. Keras stores a number f as the bounds [-f, f], which it rejects when it loads the
 * file. Here, both are the number.
 */
const storedFactor: Kind<Factor> = {
  ...unchanged(shearFactor),
  read: (given, location) => {
    const isNumber = Array.isArray(given) && given.length === 2 && given[0] === -given[1];
    return unchanged(shearFactor).read(isNumber ? Math.abs(given[1]) : given, location);
  },
};

const kinds = {
  ...geometricKinds,
  xFactor: optional(storedFactor, 0),
  yFactor: optional(storedFactor, 0),
} satisfies OwnKindsOf<RandomShearOptions>;

/** Shear of each image along rows and columns: [batch, 2]. */
export interface Shear {
  readonly shearFactor: Tensor;
}

/** Layer created by `randomShear`. */
export class RandomShear extends AffineAugmentation<OptionValues<typeof kinds>, Shear> {
  static override readonly className: string = 'RandomShear';

  constructor(options: RandomShearOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Shear {
    const [forX, forY, forSign] = random.split(key, 3);
    const bounds = (factor: Factor): Interval => shearFactor.read(factor, { op: this.className, name: 'factor' });
    const x = drawn(forX, [count, 1], bounds(this.config.xFactor));
    const y = drawn(forY, [count, 1], bounds(this.config.yFactor));
    const sign = where(random.bernoulli(forSign, 0.5, [count, 1]), -1, onesLike(x));
    return { shearFactor: mul(concatenate([x, y], 1), sign) };
  }

  protected override transformsFor({ shearFactor: factors }: Shear): Tensor {
    const [x, y] = [index(factors, [], 0), index(factors, [], 1)];
    const [zero, one] = [zerosLike(x), onesLike(x)];
    return stack([one, x, zero, y, one, zero], -1);
  }
}

/**
 * Creates a layer that shears each image at random in training, in either direction.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomShear({ xFactor: 0.2, yFactor: [0.1, 0.3] });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomShear(options: RandomShearOptions = {}): RandomShear {
  return new RandomShear(options);
}
