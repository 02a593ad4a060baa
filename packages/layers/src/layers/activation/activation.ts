import { elu as eluOf, leakyRelu, type Tensor } from '@manabi/core';
import { notNegative, nullable, number, type OptionValues, optional } from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { relu as reluOf } from '../../activations/index.ts';
import { activationKind } from '../../activations/table.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** Options of the layer `activation`. */
export interface ActivationOptions extends LayerOptions {
  /** Activation: a name such as `'relu'`, a function of a tensor, or null for none. */
  readonly activation: ActivationIdentifier | null;
}

const activationKinds = { activation: activationKind } satisfies OwnKindsOf<ActivationOptions>;

/** Layer created by `activation`. */
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
 * Creates a layer that applies an activation function to its input. The output has the shape of the input.
 *
 * @throws ManabiError `argument` for an unknown name, with the nearest names
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.activation({ activation: 'relu' }).apply(tensor([-1, 0, 2])).array()); // [0, 0, 2]
 * ```
 */
export function activation(options: ActivationOptions): Activation {
  return new Activation(options);
}

/** Options of the layer `reLU`. */
export interface ReLUOptions extends LayerOptions {
  /** Upper limit of the output (default: null, no limit). */
  readonly maxValue?: number | null;
  /** Slope for inputs below `threshold` (default: 0). */
  readonly negativeSlope?: number;
  /** Threshold below which `negativeSlope` applies (default: 0). */
  readonly threshold?: number;
}

const reluKinds = {
  maxValue: optional(nullable(notNegative), null),
  negativeSlope: optional(notNegative, 0),
  threshold: optional(notNegative, 0),
} satisfies OwnKindsOf<ReLUOptions>;

/** Layer created by `reLU`. */
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
 * Creates a rectified linear unit as a layer: `y = x` for `x >= threshold`, else `y = negativeSlope · (x - threshold)`,
 * and at most `maxValue`. Source: V. Nair, G. Hinton, "Rectified linear units improve restricted Boltzmann machines",
 * 2010. The output has the shape of the input.
 *
 * @throws ManabiError `argument` for negative options
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.reLU({ maxValue: 6 }).apply(tensor([-1, 2, 9])).array()); // [0, 2, 6]
 * ```
 */
export function reLU(options: ReLUOptions = {}): ReLU {
  return new ReLU(options);
}

/** Options of the layer `leakyReLU`. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope for negative inputs (default: 0.3; the activation `leakyRelu` defaults to 0.2). */
  readonly negativeSlope?: number;
}

const leakyKinds = { negativeSlope: optional(notNegative, 0.3) } satisfies OwnKindsOf<LeakyReLUOptions>;

/** Layer created by `leakyReLU`. */
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

/**
 * Creates a leaky rectified linear unit as a layer: `y = x` for `x > 0`, else `y = negativeSlope · x`. Source: A. Maas,
 * A. Hannun, A. Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013. The output has the shape of
 * the input.
 *
 * @throws ManabiError `argument` for a negative slope
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.leakyReLU({ negativeSlope: 0.1 }).apply(tensor([-10, 2])).array()); // [-1, 2]
 * ```
 */
export function leakyReLU(options: LeakyReLUOptions = {}): LeakyReLU {
  return new LeakyReLU(options);
}

/** Options of the layer `elu`. */
export interface ELUOptions extends LayerOptions {
  /** The output approaches `-alpha` for large negative inputs (default: 1). */
  readonly alpha?: number;
}

const eluKinds = { alpha: optional(number(), 1) } satisfies OwnKindsOf<ELUOptions>;

/** Layer created by `elu`. */
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

/**
 * Creates an exponential linear unit as a layer: `y = x` for `x > 0`, else `y = alpha · (exp(x) - 1)`. Source: D.
 * Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning by exponential linear units (ELUs)",
 * 2016. The output has the shape of the input.
 *
 * @throws ManabiError `argument` if `alpha` is not a finite number
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.elu().apply(tensor([-1, 0, 2])).array()); // [-0.6321, 0, 2]
 * ```
 */
export function elu(options: ELUOptions = {}): ELU {
  return new ELU(options);
}
