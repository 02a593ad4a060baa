import { add, cos, mul, negative, type Shape, sin, stack, sub, type Tensor } from '@manabi/core';
import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, signedFactor } from '../factors.ts';
import { AffineAugmentation, type GeometricOptions, geometricKinds } from './geometric.ts';

/** Options of `randomRotation`. */
export interface RandomRotationOptions extends GeometricOptions {
  /** Largest rotation in either direction, or the bounds of rotations, in full turns: 0.25 is 90 degrees. */
  readonly factor: Factor;
}

const kinds = { ...geometricKinds, factor: signedFactor } satisfies OwnKindsOf<RandomRotationOptions>;

/** Angle of each image in degrees, counter-clockwise: [batch]. */
export interface Rotation {
  readonly angle: Tensor;
}

/** Layer created by `randomRotation`. */
export class RandomRotation extends AffineAugmentation<OptionValues<typeof kinds>, Rotation> {
  static override readonly className: string = 'RandomRotation';

  constructor(options: RandomRotationOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Rotation {
    const [low, high] = this.config.factor;
    return { angle: drawn(key, [count], [360 * low, 360 * high]) };
  }

  protected override transformsFor({ angle }: Rotation, height: number, width: number): Tensor {
    const radians = mul(angle, Math.PI / 180);
    const [c, s] = [cos(radians), sin(radians)];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const offsetX = add(sub(x, mul(c, x)), mul(s, y));
    const offsetY = sub(sub(y, mul(s, x)), mul(c, y));
    return stack([c, negative(s), offsetX, s, c, offsetY], -1);
  }
}

/**
 * Creates a layer that rotates each image about its center by a random angle in training.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomRotation({ factor: 0.1 }); // up to 36 degrees in either direction
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomRotation(options: RandomRotationOptions): RandomRotation {
  return new RandomRotation(options);
}
