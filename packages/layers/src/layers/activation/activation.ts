import { elu as eluOf, leakyRelu, type Tensor } from '@manabi/core';
import { notNegative, nullable, number, type OptionValues, optional } from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { relu as reluOf } from '../../activations/index.ts';
import { activationKind } from '../../activations/table.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** What `activation` takes. */
export interface ActivationOptions extends LayerOptions {
  /** A name, `'relu'`, or a function of a tensor; null for none. */
  readonly activation: ActivationIdentifier | null;
}

const activationKinds = { activation: activationKind } satisfies OwnKindsOf<ActivationOptions>;

/** A function of each element: see `activation`. */
export class Activation extends Layer<OptionValues<typeof activationKinds>> {
  static override readonly className: string = 'Activation';
  override supportsMasking = true;

  constructor(options: ActivationOptions) {
    super(options, readLayerOptions(new.target, options, activationKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor): Tensor {
    return this.config.activation(x);
  }
}

/**
 * An activation as a layer.
 *
 * @throws ManabiError `argument` for unknown names
 * @example `layers.activation({ activation: 'gelu' })`
 */
export function activation(options: ActivationOptions): Activation {
  return new Activation(options);
}

/** What `reLU` takes. */
export interface ReLUOptions extends LayerOptions {
  /** Largest value; by default null, there is none. */
  readonly maxValue?: number | null;
  /** Slope below the threshold; by default 0. */
  readonly negativeSlope?: number;
  /** Where values begin to count; by default 0. */
  readonly threshold?: number;
}

const reluKinds = {
  maxValue: optional(nullable(notNegative), null),
  negativeSlope: optional(notNegative, 0),
  threshold: optional(notNegative, 0),
} satisfies OwnKindsOf<ReLUOptions>;

/** Rectifier with a bend, a slope and a ceiling: see `reLU`. */
export class ReLU extends Layer<OptionValues<typeof reluKinds>> {
  static override readonly className: string = 'ReLU';
  override supportsMasking = true;

  constructor(options: ReLUOptions = {}) {
    super(options, readLayerOptions(new.target, options, reluKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor): Tensor {
    return reluOf(x, this.config);
  }
}

/**
 * x from `threshold` up, below it `negativeSlope * (x - threshold)`, never above `maxValue`.
 *
 * @throws ManabiError `argument` for negative options
 * @example `layers.reLU({ maxValue: 6 })`
 */
export function reLU(options: ReLUOptions = {}): ReLU {
  return new ReLU(options);
}

/** What `leakyReLU` takes. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0; by default 0.3 (the function `leakyRelu` has 0.2). */
  readonly negativeSlope?: number;
}

const leakyKinds = { negativeSlope: optional(notNegative, 0.3) } satisfies OwnKindsOf<LeakyReLUOptions>;

/** Rectifier that lets a part of what is negative through: see `leakyReLU`. */
export class LeakyReLU extends Layer<OptionValues<typeof leakyKinds>> {
  static override readonly className: string = 'LeakyReLU';
  override supportsMasking = true;

  constructor(options: LeakyReLUOptions = {}) {
    super(options, readLayerOptions(new.target, options, leakyKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor): Tensor {
    return leakyRelu(x, { alpha: this.config.negativeSlope });
  }
}

/** x where it is positive, else `negativeSlope` times x: Maas, Hannun, Ng, 2013. */
export function leakyReLU(options: LeakyReLUOptions = {}): LeakyReLU {
  return new LeakyReLU(options);
}

/** What `elu` takes. */
export interface ELUOptions extends LayerOptions {
  /** What large negative numbers come to, with its sign changed; by default 1. */
  readonly alpha?: number;
}

const eluKinds = { alpha: optional(number(), 1) } satisfies OwnKindsOf<ELUOptions>;

/** Exponential linear unit: see `elu`. */
export class ELU extends Layer<OptionValues<typeof eluKinds>> {
  static override readonly className: string = 'ELU';
  override supportsMasking = true;

  constructor(options: ELUOptions = {}) {
    super(options, readLayerOptions(new.target, options, eluKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor): Tensor {
    return eluOf(x, { alpha: this.config.alpha });
  }
}

/** x where it is positive, else `alpha * (exp(x) - 1)`: Clevert, Unterthiner, Hochreiter, 2016. */
export function elu(options: ELUOptions = {}): ELU {
  return new ELU(options);
}
