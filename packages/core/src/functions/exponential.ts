import { Tensor } from '../tensor.ts';
import { composite } from './composite.ts';
import { floatUnary } from './elementwise.ts';
import { asFloat, type TensorLike } from './operand.ts';

/** e to the power of x. */
export function exp(x: TensorLike): Tensor {
  return floatUnary('exp', 'exp', x);
}

/** 2 to the power of x. */
export function exp2(x: TensorLike): Tensor {
  return floatUnary('exp2', 'exp2', x);
}

/** exp(x) - 1, exact near 0. */
export function expm1(x: TensorLike): Tensor {
  return floatUnary('expm1', 'expm1', x);
}

/** Natural logarithm. */
export function log(x: TensorLike): Tensor {
  return floatUnary('log', 'log', x);
}

/** log(1 + x), exact near 0. */
export function log1p(x: TensorLike): Tensor {
  return floatUnary('log1p', 'log1p', x);
}

/** Logarithm to base 2. */
export function log2(x: TensorLike): Tensor {
  return new Tensor(composite('log2', [asFloat('log2', x)], {}));
}

/** Logarithm to base 10. */
export function log10(x: TensorLike): Tensor {
  return new Tensor(composite('log10', [asFloat('log10', x)], {}));
}

/** Square root; its slope at 0 is infinite: add a small number first where gradients pass. */
export function sqrt(x: TensorLike): Tensor {
  return floatUnary('sqrt', 'sqrt', x);
}

/** Error function. */
export function erf(x: TensorLike): Tensor {
  return floatUnary('erf', 'erf', x);
}

/** 1 / sqrt(x). */
export function rsqrt(x: TensorLike): Tensor {
  return new Tensor(composite('rsqrt', [asFloat('rsqrt', x)], {}));
}
