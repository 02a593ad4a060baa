import { boolean, type KindsOf, kind, number, optional } from '@manabi/errors';
import type { CompositeConfigs, CompositeName } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { optionsOf } from './argument-kinds.ts';
import { align } from './broadcast.ts';
import { composite } from './composite.ts';
import { floatUnary } from './elementwise.ts';
import { asFloat, asNumeric, type TensorLike } from './operand.ts';

const leakyReluKinds = { alpha: optional(number(), 0.01) } satisfies KindsOf<AlphaOptions>;

const eluKinds = { alpha: optional(number(), 1) } satisfies KindsOf<AlphaOptions>;

const celuKinds = {
  alpha: optional(
    kind('a finite number other than 0', (given): given is number => Number.isFinite(given) && given !== 0),
    1,
  ),
} satisfies KindsOf<AlphaOptions>;

const geluKinds = { approximate: optional(boolean, false) } satisfies KindsOf<GeluOptions>;

const hardSigmoidKinds = {
  alpha: optional(number(), 1 / 6),
  beta: optional(number(), 0.5),
} satisfies KindsOf<HardSigmoidOptions>;

const shrinkKinds = {
  threshold: optional(number(), 0.5),
  bias: optional(number(), 0),
} satisfies KindsOf<ShrinkOptions>;

/** The slope or level of an activation. */
interface AlphaOptions {
  readonly alpha?: number;
}

interface GeluOptions {
  readonly approximate?: boolean;
}

interface HardSigmoidOptions {
  readonly alpha?: number;
  readonly beta?: number;
}

interface ShrinkOptions {
  readonly threshold?: number;
  readonly bias?: number;
}

/** x where it is positive, else 0; NaN goes through, and the slope at 0 is 0. */
export function relu(x: TensorLike): Tensor {
  return new Tensor(composite('relu', [asNumeric('relu', x)], {}));
}

/** x between 0 and 6. */
export function relu6(x: TensorLike): Tensor {
  return activation('relu6', x, {});
}

/** x where it is positive, else x times a slope, by default 0.01. */
export function leakyRelu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('leakyRelu', options, leakyReluKinds);
  return activation('leakyRelu', x, { alpha });
}

/** x where it is positive, else x times `slope`, which broadcasts and can be learned. */
export function prelu(x: TensorLike, slope: TensorLike): Tensor {
  const [value, below] = align('prelu', [new Tensor(asFloat('prelu', x)), slope]);
  return new Tensor(composite('prelu', [value, below], {}));
}

/** x where it is positive, else alpha (exp(x) - 1): Clevert, Unterthiner, Hochreiter, 2015. */
export function elu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('elu', options, eluKinds);
  return activation('elu', x, { alpha });
}

/** x where it is positive, else alpha (exp(x / alpha) - 1). */
export function celu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('celu', options, celuKinds);
  return activation('celu', x, { alpha });
}

/** Scaled elu that keeps mean and variance: Klambauer, Unterthiner, Mayr, Hochreiter, 2017. */
export function selu(x: TensorLike): Tensor {
  return activation('selu', x, {});
}

/** x times the probability that a normal variable is below it; approximately, with tanh: Hendrycks, Gimpel, 2016. */
export function gelu(x: TensorLike, options?: GeluOptions): Tensor {
  const { approximate } = optionsOf('gelu', options, geluKinds);
  return activation('gelu', x, { approximate });
}

/** x sigmoid(x), also called swish: Ramachandran, Zoph, Le, 2017. */
export function silu(x: TensorLike): Tensor {
  return activation('silu', x, {});
}

/** x tanh(softplus(x)): Misra, 2019. */
export function mish(x: TensorLike): Tensor {
  return activation('mish', x, {});
}

/** 1 / (1 + exp(-x)). */
export function sigmoid(x: TensorLike): Tensor {
  return floatUnary('sigmoid', 'sigmoid', x);
}

/** log(sigmoid(x)), without overflow. */
export function logSigmoid(x: TensorLike): Tensor {
  return activation('logSigmoid', x, {});
}

/** `alpha x + beta` between 0 and 1; by default that of Keras 3 and PyTorch, 1/6 and 1/2. */
export function hardSigmoid(x: TensorLike, options?: HardSigmoidOptions): Tensor {
  const { alpha, beta } = optionsOf('hardSigmoid', options, hardSigmoidKinds);
  return activation('hardSigmoid', x, { alpha, beta });
}

/** x hardSigmoid(x): Howard et al., 2019. */
export function hardSwish(x: TensorLike): Tensor {
  return activation('hardSwish', x, {});
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x: TensorLike): Tensor {
  return activation('softplus', x, {});
}

/** x / (1 + |x|). */
export function softsign(x: TensorLike): Tensor {
  return activation('softsign', x, {});
}

/** x where it is above alpha, else 0. */
export function thresholdedRelu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('thresholdedRelu', options, eluKinds);
  return activation('thresholdedRelu', x, { alpha });
}

/** 0 between -threshold and threshold; beyond, x moved by `bias` towards 0: hard with bias 0, soft with the threshold. */
export function shrink(x: TensorLike, options?: ShrinkOptions): Tensor {
  const { threshold, bias } = optionsOf('shrink', options, shrinkKinds);
  return activation('shrink', x, { threshold, bias });
}

function activation<K extends CompositeName>(name: K, x: TensorLike, config: CompositeConfigs[K]): Tensor {
  return new Tensor(composite(name, [asFloat(name, x)], config));
}
