import { elu as eluOf, leakyRelu, type Tensor } from '@manabi/core';
import { type ActivationIdentifier, getActivation, relu as reluOf } from '../activations/index.ts';
import { checkAreGiven } from '../check-options.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import { numberBetween } from './options.ts';

/** What `activation` takes. */
export interface ActivationOptions extends LayerOptions {
  /** A name, `'relu'`, or a function of a tensor. */
  readonly activation: ActivationIdentifier;
}

function activationConfig({ activation }: ActivationOptions) {
  return { activation: getActivation(activation) };
}

/** A function of each element: see `activation`. */
export class Activation extends Layer<ReturnType<typeof activationConfig>> {
  static override readonly className: string = 'Activation';
  override supportsMasking = true;

  constructor(options: ActivationOptions) {
    checkAreGiven(new.target.className, options);
    super(options, activationConfig(options));
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

function reluConfig({ maxValue = null, negativeSlope = 0, threshold = 0 }: ReLUOptions) {
  const atLeastZero = (option: string, value: number): number =>
    numberBetween('ReLU', option, value, 0, Number.POSITIVE_INFINITY);
  return {
    maxValue: maxValue === null ? null : atLeastZero('maxValue', maxValue),
    negativeSlope: atLeastZero('negativeSlope', negativeSlope),
    threshold: atLeastZero('threshold', threshold),
  };
}

/** Rectifier with a bend, a slope and a ceiling: see `reLU`. */
export class ReLU extends Layer<ReturnType<typeof reluConfig>> {
  static override readonly className: string = 'ReLU';
  override supportsMasking = true;

  constructor(options: ReLUOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, reluConfig(options));
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

/** Rectifier that lets a part of what is negative through: see `leakyReLU`. */
export class LeakyReLU extends Layer<{ readonly negativeSlope: number }> {
  static override readonly className: string = 'LeakyReLU';
  override supportsMasking = true;

  constructor(options: LeakyReLUOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, { negativeSlope: options.negativeSlope ?? 0.3 });
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

/** Exponential linear unit: see `elu`. */
export class ELU extends Layer<{ readonly alpha: number }> {
  static override readonly className: string = 'ELU';
  override supportsMasking = true;

  constructor(options: ELUOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, { alpha: options.alpha ?? 1 });
  }

  override call(x: Tensor): Tensor {
    return eluOf(x, { alpha: this.config.alpha });
  }
}

/** x where it is positive, else `alpha * (exp(x) - 1)`: Clevert, Unterthiner, Hochreiter, 2016. */
export function elu(options: ELUOptions = {}): ELU {
  return new ELU(options);
}
