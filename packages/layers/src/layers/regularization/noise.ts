import { add, astype, greaterEqual, mul, random, sub, type Tensor } from '@manabi/core';
import { decay, notNegative, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { seedKind } from '../../structure/option-kinds.ts';
import { type DropoutOptions, noiseShapeFor, noiseShapeKind, type RateOptions } from './dropout.ts';

const gaussianKinds = { rate: decay, seed: optional(seedKind, null) } satisfies OwnKindsOf<RateOptions>;

/** Layer created by `gaussianDropout`. */
export class GaussianDropout extends Layer<OptionValues<typeof gaussianKinds>> {
  static override readonly className: string = 'GaussianDropout';
  override supportsMasking = true;

  constructor(options: RateOptions) {
    super(options, readLayerOptions(new.target, options, gaussianKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { rate, seed } = this.config;
    if (!context.training || rate === 0) return x;
    const std = Math.sqrt(rate / (1 - rate));
    return mul(x, random.normal(context.key(seed), x.shape, { mean: 1, std, dtype: x.dtype }));
  }
}

/**
 * Creates a layer that multiplies its input by Gaussian noise in training: `y = x · n`, where `n` is normal with mean 1
 * and standard deviation `sqrt(rate / (1 - rate))`. At inference, `y = x`. Source: N. Srivastava et al., "Dropout: a
 * simple way to prevent neural networks from overfitting", 2014. The output has the shape of the input.
 *
 * @throws ManabiError `argument` unless `rate` is in [0, 1)
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.gaussianDropout({ rate: 0.2 }).apply(tensor([1, 2])).array()); // [1, 2]
 * ```
 */
export function gaussianDropout(options: RateOptions): GaussianDropout {
  return new GaussianDropout(options);
}

/** Options of the layer `gaussianNoise`. */
export interface GaussianNoiseOptions extends LayerOptions {
  /** Standard deviation of the noise. */
  readonly stddev: number;
  /** Seed mixed into the random key of each call; different seeds draw different numbers (default: null). */
  readonly seed?: number | null;
}

const noiseKinds = {
  stddev: notNegative,
  seed: optional(seedKind, null),
} satisfies OwnKindsOf<GaussianNoiseOptions>;

/** Layer created by `gaussianNoise`. */
export class GaussianNoise extends Layer<OptionValues<typeof noiseKinds>> {
  static override readonly className: string = 'GaussianNoise';
  override supportsMasking = true;

  constructor(options: GaussianNoiseOptions) {
    super(options, readLayerOptions(new.target, options, noiseKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { stddev, seed } = this.config;
    if (!context.training || stddev === 0) return x;
    return add(x, random.normal(context.key(seed), x.shape, { std: stddev, dtype: x.dtype }));
  }
}

/**
 * Creates a layer that adds Gaussian noise in training: `y = x + n`, where `n` is normal with mean 0 and standard
 * deviation `stddev`. At inference, `y = x`. The output has the shape of the input.
 *
 * @throws ManabiError `argument` for a negative `stddev` or an invalid seed
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.gaussianNoise({ stddev: 0.1 }).apply(tensor([1, 2])).array()); // [1, 2]
 * ```
 */
export function gaussianNoise(options: GaussianNoiseOptions): GaussianNoise {
  return new GaussianNoise(options);
}

/** Value that selu approaches for large negative numbers: -scale · alpha, with the constants of selu. */
const SELU_FLOOR = -1.0507009873554805 * 1.6732632423543772;

const alphaKinds = {
  rate: decay,
  seed: optional(seedKind, null),
  noiseShape: noiseShapeKind,
} satisfies OwnKindsOf<DropoutOptions>;

/** Layer created by `alphaDropout`. */
export class AlphaDropout extends Layer<OptionValues<typeof alphaKinds>> {
  static override readonly className: string = 'AlphaDropout';
  override supportsMasking = true;

  constructor(options: DropoutOptions) {
    super(options, readLayerOptions(new.target, options, alphaKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { rate, seed, noiseShape } = this.config;
    if (!context.training || rate === 0) return x;
    const draw = random.uniform(context.key(seed), noiseShapeFor(x, noiseShape), { dtype: x.dtype });
    const kept = astype(greaterEqual(draw, rate), x.dtype);
    const a = ((1 - rate) * (1 + rate * SELU_FLOOR ** 2)) ** -0.5;
    const b = -a * SELU_FLOOR * rate;
    return add(mul(add(mul(x, kept), mul(sub(1, kept), SELU_FLOOR)), a), b);
  }
}

/**
 * Creates a dropout layer for networks with the activation `selu`. In training, `y = a · (x · m + f · (1 - m)) + b`: a mask
 * `m` replaces elements by the lower limit `f` of selu with probability `rate`, and `a` and `b` restore mean and variance.
 * At inference, `y = x`. Source: G. Klambauer et al., "Self-normalizing neural networks", 2017.
 *
 * @throws ManabiError `argument` unless `rate` is in [0, 1), or for another invalid option
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.alphaDropout({ rate: 0.1 }).apply(tensor([1, 2])).array()); // [1, 2]
 * ```
 */
export function alphaDropout(options: DropoutOptions): AlphaDropout {
  return new AlphaDropout(options);
}
