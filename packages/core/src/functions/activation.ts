import { boolean, type KindsOf, kind, number, optional } from '@manabi/errors';
import type { CommonConfigs } from '@manabi/ir';
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

/** Options of `leakyRelu`, `elu`, `celu` and `thresholdedRelu`. */
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

/**
 * Applies the rectified linear unit: `y = max(x, 0)` (Nair & Hinton, "Rectified linear units improve restricted Boltzmann
 * machines", 2010). NaN stays NaN, and the derivative at 0 is 0. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { relu, tensor } from 'manabi';
 *
 * console.log(await relu(tensor([-1, 0, 2])).array()); // [0, 0, 2]
 * ```
 */
export function relu(x: TensorLike): Tensor {
  return new Tensor(composite('relu', [asNumeric('relu', x)], {}));
}

/**
 * Applies the rectified linear unit with an upper bound: `y = min(max(x, 0), 6)` (Krizhevsky, "Convolutional deep belief
 * networks on CIFAR-10", 2010). The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { relu6, tensor } from 'manabi';
 *
 * console.log(await relu6(tensor([-1, 3, 8])).array()); // [0, 3, 6]
 * ```
 */
export function relu6(x: TensorLike): Tensor {
  return activation('relu6', x, {});
}

/**
 * Applies the leaky rectified linear unit: `y = x` for x > 0, else `alpha * x` (Maas, Hannun & Ng, "Rectifier
 * nonlinearities improve neural network acoustic models", 2013). The result has the shape of x.
 *
 * @param options `alpha`: slope for negative elements. Default: 0.01
 * @throws ManabiError `argument` for invalid options, and unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { leakyRelu, tensor } from 'manabi';
 *
 * console.log(await leakyRelu(tensor([-2, 3]), { alpha: 0.1 }).array()); // [-0.2, 3]
 * ```
 */
export function leakyRelu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('leakyRelu', options, leakyReluKinds);
  return activation('leakyRelu', x, { alpha });
}

/**
 * Applies the parametric rectified linear unit: `y = x` for x > 0, else `slope * x` (He et al., "Delving deep into
 * rectifiers", 2015). The result has the shape to which x and `slope` broadcast.
 *
 * @param slope tensor that broadcasts against x, usually a trained weight
 * @throws ManabiError `shape` if `slope` does not broadcast against x; `dtype` if the dtypes do not promote to a common
 * float; `argument` for values of other types
 * @example
 * ```ts
 * import { prelu, tensor } from 'manabi';
 *
 * console.log(await prelu(tensor([[-2, -2]]), tensor([0.1, 0.5])).array()); // [[-0.2, -1]]
 * ```
 */
export function prelu(x: TensorLike, slope: TensorLike): Tensor {
  const [value, below] = align('prelu', [new Tensor(asFloat('prelu', x)), slope]);
  return new Tensor(composite('prelu', [value, below], {}));
}

/**
 * Applies the exponential linear unit: `y = x` for x > 0, else `alpha * (exp(x) - 1)` (Clevert, Unterthiner & Hochreiter,
 * "Fast and accurate deep network learning by exponential linear units", 2015). The result has the shape of x.
 *
 * @param options `alpha`: factor for negative x; the result approaches -alpha for x → -∞. Default: 1
 * @throws ManabiError `argument` for invalid options, and unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { elu, tensor } from 'manabi';
 *
 * console.log(await elu(tensor([-1, 2])).array()); // [-0.6321, 2]
 * ```
 */
export function elu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('elu', options, eluKinds);
  return activation('elu', x, { alpha });
}

/**
 * Applies the continuously differentiable exponential linear unit: `y = x` for x > 0, else `alpha * (exp(x / alpha) - 1)`
 * (Barron, "Continuously differentiable exponential linear units", 2017). The result has the shape of x.
 *
 * @param options `alpha`: factor for negative x, other than 0; the result approaches -alpha for x → -∞. Default: 1
 * @throws ManabiError `argument` for invalid options, and unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { celu, tensor } from 'manabi';
 *
 * console.log(await celu(tensor([-1, 2]), { alpha: 2 }).array()); // [-0.7869, 2]
 * ```
 */
export function celu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('celu', options, celuKinds);
  return activation('celu', x, { alpha });
}

/**
 * Applies the scaled exponential linear unit, which preserves mean 0 and variance 1 from layer to layer: `y = scale *
 * elu(x, alpha)` with scale = 1.0507 and alpha = 1.6733 (Klambauer et al., "Self-normalizing neural networks", 2017). The
 * result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { selu, tensor } from 'manabi';
 *
 * console.log(await selu(tensor([-1, 1])).array()); // [-1.1113, 1.0507]
 * ```
 */
export function selu(x: TensorLike): Tensor {
  return activation('selu', x, {});
}

/**
 * Applies the Gaussian error linear unit: `y = x * Φ(x)`, where Φ is the cumulative distribution function of the standard
 * normal distribution (Hendrycks & Gimpel, "Gaussian error linear units", 2016). The result has the shape of x.
 *
 * @param options `approximate`: whether to approximate Φ with tanh. Default: false
 * @throws ManabiError `argument` for invalid options, and unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { gelu, tensor } from 'manabi';
 *
 * console.log(await gelu(tensor([-1, 1])).array()); // [-0.1587, 0.8413]
 * ```
 */
export function gelu(x: TensorLike, options?: GeluOptions): Tensor {
  const { approximate } = optionsOf('gelu', options, geluKinds);
  return activation('gelu', x, { approximate });
}

/**
 * Applies the sigmoid-weighted linear unit, also called swish: `y = x * sigmoid(x)` (Ramachandran, Zoph & Le, "Searching
 * for activation functions", 2017). The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { silu, tensor } from 'manabi';
 *
 * console.log(await silu(tensor([-1, 1])).array()); // [-0.2689, 0.7311]
 * ```
 */
export function silu(x: TensorLike): Tensor {
  return activation('silu', x, {});
}

/**
 * Applies mish: `y = x * tanh(softplus(x))` (Misra, "Mish: a self regularized non-monotonic activation function", 2019).
 * The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { mish, tensor } from 'manabi';
 *
 * console.log(await mish(tensor([-1, 1])).array()); // [-0.3034, 0.8651]
 * ```
 */
export function mish(x: TensorLike): Tensor {
  return activation('mish', x, {});
}

/**
 * Applies the logistic sigmoid: `y = 1 / (1 + exp(-x))`. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { sigmoid, tensor } from 'manabi';
 *
 * console.log(await sigmoid(tensor([-1, 0, 1])).array()); // [0.2689, 0.5, 0.7311]
 * ```
 */
export function sigmoid(x: TensorLike): Tensor {
  return floatUnary('sigmoid', 'sigmoid', x);
}

/**
 * Computes `log(sigmoid(x))` without overflow. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { logSigmoid, tensor } from 'manabi';
 *
 * console.log(await logSigmoid(tensor([-100, 0])).array()); // [-100, -0.6931]
 * ```
 */
export function logSigmoid(x: TensorLike): Tensor {
  return activation('logSigmoid', x, {});
}

/**
 * Applies a piecewise linear approximation of the sigmoid: `y = min(max(alpha * x + beta, 0), 1)`. The result has the
 * shape of x.
 *
 * @param options `alpha`: slope at x = 0 (default: 1/6); `beta`: value at x = 0 (default: 1/2). The defaults are those
 * of Keras 3 and PyTorch
 * @throws ManabiError `argument` for invalid options, and unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { hardSigmoid, tensor } from 'manabi';
 *
 * console.log(await hardSigmoid(tensor([-4, 0, 1.5])).array()); // [0, 0.5, 0.75]
 * ```
 */
export function hardSigmoid(x: TensorLike, options?: HardSigmoidOptions): Tensor {
  const { alpha, beta } = optionsOf('hardSigmoid', options, hardSigmoidKinds);
  return activation('hardSigmoid', x, { alpha, beta });
}

/**
 * Applies a piecewise approximation of swish: `y = x * hardSigmoid(x)` (Howard et al., "Searching for MobileNetV3",
 * 2019). The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { hardSwish, tensor } from 'manabi';
 *
 * console.log(await hardSwish(tensor([-4, 1.5])).array()); // [0, 1.125]
 * ```
 */
export function hardSwish(x: TensorLike): Tensor {
  return activation('hardSwish', x, {});
}

/**
 * Computes `log(1 + exp(x))` without overflow. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { softplus, tensor } from 'manabi';
 *
 * console.log(await softplus(tensor([0, 100])).array()); // [0.6931, 100]
 * ```
 */
export function softplus(x: TensorLike): Tensor {
  return activation('softplus', x, {});
}

/**
 * Computes `x / (1 + |x|)`. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { softsign, tensor } from 'manabi';
 *
 * console.log(await softsign(tensor([-1, 3])).array()); // [-0.5, 0.75]
 * ```
 */
export function softsign(x: TensorLike): Tensor {
  return activation('softsign', x, {});
}

/**
 * Applies the thresholded rectified linear unit: `y = x` for x > alpha, else 0 (Konda, Memisevic & Krueger, "Zero-bias
 * autoencoders and the benefits of co-adapting features", 2014). The result has the shape of x.
 *
 * @param options `alpha`: threshold. Default: 1
 * @throws ManabiError `argument` for invalid options, and unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { tensor, thresholdedRelu } from 'manabi';
 *
 * console.log(await thresholdedRelu(tensor([0.5, 2])).array()); // [0, 2]
 * ```
 */
export function thresholdedRelu(x: TensorLike, options?: AlphaOptions): Tensor {
  const { alpha } = optionsOf('thresholdedRelu', options, eluKinds);
  return activation('thresholdedRelu', x, { alpha });
}

/**
 * Shrinks elements towards 0: `y = x - bias` for x > threshold, `y = x + bias` for x < -threshold, else `y = 0`. If
 * `bias` is 0, this is hard shrinkage; if `bias` equals `threshold`, this is soft shrinkage. The result has the shape of
 * x.
 *
 * @param options `threshold` (default: 0.5) and `bias` (default: 0)
 * @throws ManabiError `argument` for invalid options, and unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { shrink, tensor } from 'manabi';
 *
 * console.log(await shrink(tensor([-2, 0.3, 2]), { bias: 0.5 }).array()); // [-1.5, 0, 1.5]
 * ```
 */
export function shrink(x: TensorLike, options?: ShrinkOptions): Tensor {
  const { threshold, bias } = optionsOf('shrink', options, shrinkKinds);
  return activation('shrink', x, { threshold, bias });
}

function activation<K extends keyof CommonConfigs>(name: K, x: TensorLike, config: CommonConfigs[K]): Tensor {
  return new Tensor(composite(name, [asFloat(name, x)], config));
}
