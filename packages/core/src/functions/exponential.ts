import { Tensor } from '../tensor.ts';
import { composite } from './composite.ts';
import { floatUnary } from './elementwise.ts';
import { asFloat, type TensorLike } from './operand.ts';

/**
 * Computes e^x, elementwise.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { exp, tensor } from 'manabi';
 *
 * console.log(await exp(tensor([0, 1])).array()); // [1, 2.7183]
 * ```
 */
export function exp(x: TensorLike): Tensor {
  return floatUnary('exp', 'exp', x);
}

/**
 * Computes 2^x, elementwise.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { exp2, tensor } from 'manabi';
 *
 * console.log(await exp2(tensor([-1, 3])).array()); // [0.5, 8]
 * ```
 */
export function exp2(x: TensorLike): Tensor {
  return floatUnary('exp2', 'exp2', x);
}

/**
 * Computes exp(x) - 1, elementwise. The result is accurate even for x near 0.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { expm1, tensor } from 'manabi';
 *
 * console.log(await expm1(tensor([0, 1])).array()); // [0, 1.7183]
 * ```
 */
export function expm1(x: TensorLike): Tensor {
  return floatUnary('expm1', 'expm1', x);
}

/**
 * Computes the natural logarithm of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { log, tensor } from 'manabi';
 *
 * console.log(await log(tensor([1, 10])).array()); // [0, 2.3026]
 * ```
 */
export function log(x: TensorLike): Tensor {
  return floatUnary('log', 'log', x);
}

/**
 * Computes log(1 + x), elementwise. The result is accurate even for x near 0.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { log1p, tensor } from 'manabi';
 *
 * console.log(await log1p(tensor([0, 1])).array()); // [0, 0.6931]
 * ```
 */
export function log1p(x: TensorLike): Tensor {
  return floatUnary('log1p', 'log1p', x);
}

/**
 * Computes the logarithm to base 2 of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { log2, tensor } from 'manabi';
 *
 * console.log(await log2(tensor([0.5, 8])).array()); // [-1, 3]
 * ```
 */
export function log2(x: TensorLike): Tensor {
  return new Tensor(composite('log2', [asFloat('log2', x)], {}));
}

/**
 * Computes the logarithm to base 10 of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { log10, tensor } from 'manabi';
 *
 * console.log(await log10(tensor([0.1, 1000])).array()); // [-1, 3]
 * ```
 */
export function log10(x: TensorLike): Tensor {
  return new Tensor(composite('log10', [asFloat('log10', x)], {}));
}

/**
 * Computes the square root of each element. Its derivative at 0 is infinite: if x may be 0 where gradients are needed,
 * add a small number to x first.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { sqrt, tensor } from 'manabi';
 *
 * console.log(await sqrt(tensor([4, 9])).array()); // [2, 3]
 * ```
 */
export function sqrt(x: TensorLike): Tensor {
  return floatUnary('sqrt', 'sqrt', x);
}

/**
 * Computes the error function of each element: `2 / sqrt(π)` times the integral of `exp(-t^2)` from 0 to x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { erf, tensor } from 'manabi';
 *
 * console.log(await erf(tensor([0, 1])).array()); // [0, 0.8427]
 * ```
 */
export function erf(x: TensorLike): Tensor {
  return floatUnary('erf', 'erf', x);
}

/**
 * Computes 1 / sqrt(x), elementwise.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { rsqrt, tensor } from 'manabi';
 *
 * console.log(await rsqrt(tensor([4, 16])).array()); // [0.5, 0.25]
 * ```
 */
export function rsqrt(x: TensorLike): Tensor {
  return new Tensor(composite('rsqrt', [asFloat('rsqrt', x)], {}));
}
