import { add, astype, greaterEqual, mul, random, sub, type Tensor } from '@manabi/core';
import { decay, notNegative, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { seedKind } from '../../structure/option-kinds.ts';
import { type DropoutOptions, noiseShapeFor, noiseShapeKind, type RateOptions } from './dropout.ts';

const gaussianKinds = { rate: decay, seed: optional(seedKind, null) } satisfies OwnKindsOf<RateOptions>;

/** Factors around 1 in training: see `gaussianDropout`. */
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
 * In training, x times normal numbers of mean 1 and deviation `sqrt(rate / (1 - rate))`: Srivastava et al., 2014.
 *
 * @throws ManabiError `argument` unless the rate is from 0 to below 1
 */
export function gaussianDropout(options: RateOptions): GaussianDropout {
  return new GaussianDropout(options);
}

/** What `gaussianNoise` takes. */
export interface GaussianNoiseOptions extends LayerOptions {
  /** Deviation of what is added. */
  readonly stddev: number;
  /** Tells the draws of this layer from those of others; by default null. */
  readonly seed?: number | null;
}

const noiseKinds = {
  stddev: notNegative,
  seed: optional(seedKind, null),
} satisfies OwnKindsOf<GaussianNoiseOptions>;

/** Noise in training: see `gaussianNoise`. */
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

/** In training, x with normal numbers of mean 0 and deviation `stddev` added. */
export function gaussianNoise(options: GaussianNoiseOptions): GaussianNoise {
  return new GaussianNoise(options);
}

/** Where selu ends for large negative numbers: -scale * alpha. */
const SELU_FLOOR = -1.0507009873554805 * 1.6732632423543772;

const alphaKinds = {
  rate: decay,
  seed: optional(seedKind, null),
  noiseShape: noiseShapeKind,
} satisfies OwnKindsOf<DropoutOptions>;

/** Dropout that keeps mean and variance: see `alphaDropout`. */
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
 * In training, elements become what selu makes of large negative numbers with probability `rate`, and all are brought
 * back to the mean and variance they had; for networks with selu: Klambauer et al., 2017.
 *
 * @throws ManabiError `argument` unless the rate is from 0 to below 1
 */
export function alphaDropout(options: DropoutOptions): AlphaDropout {
  return new AlphaDropout(options);
}
