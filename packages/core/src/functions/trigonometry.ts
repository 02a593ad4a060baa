import { Tensor } from '../tensor.ts';
import { abs, add, div, mul, negative, square, sub } from './arithmetic.ts';
import { align } from './broadcast.ts';
import { less, lessEqual, where } from './comparison.ts';
import { floatUnary } from './elementwise.ts';
import { exp, expm1, log, log1p, sqrt } from './exponential.ts';
import { asFloat, fixed, type TensorLike } from './operand.ts';

/** Sine of radians. */
export function sin(x: TensorLike): Tensor {
  return floatUnary('sin', 'sin', x);
}

/** Cosine of radians. */
export function cos(x: TensorLike): Tensor {
  return floatUnary('cos', 'cos', x);
}

/** Tangent of radians. */
export function tan(x: TensorLike): Tensor {
  return div(sin(x), cos(x));
}

/** Inverse sine. */
export function arcsin(x: TensorLike): Tensor {
  return floatUnary('asin', 'arcsin', x);
}

/** Inverse cosine. */
export function arccos(x: TensorLike): Tensor {
  const inverse = floatUnary('asin', 'arccos', x);
  return sub(fixed(Math.PI / 2, inverse), inverse);
}

/** Inverse tangent. */
export function arctan(x: TensorLike): Tensor {
  return floatUnary('atan', 'arctan', x);
}

/** Angle of the point (x, y), from -π to π; 0 at the origin. */
export function arctan2(y: TensorLike, x: TensorLike): Tensor {
  const [v, h] = align('arctan2', [float('arctan2', y), float('arctan2', x)]).map((each) => new Tensor(each));
  const zero = fixed(0, v);
  const one = fixed(1, v);
  const flat = lessEqual(abs(v), abs(h));
  const flatQuotient = div(v, where(flat, where(isZero(h), one, h), one));
  const steepQuotient = div(h, where(flat, one, v));
  const halfTurn = where(less(v, zero), fixed(-Math.PI, v), fixed(Math.PI, v));
  const quarterTurn = where(less(v, zero), fixed(-Math.PI / 2, v), fixed(Math.PI / 2, v));
  const fromFlat = add(arctan(flatQuotient), where(less(h, zero), halfTurn, zero));
  return where(flat, fromFlat, sub(quarterTurn, arctan(steepQuotient)));
}

/** Hyperbolic sine. */
export function sinh(x: TensorLike): Tensor {
  const value = float('sinh', x);
  return mul(sub(expm1(value), expm1(negative(value))), fixed(0.5, value));
}

/** Hyperbolic cosine. */
export function cosh(x: TensorLike): Tensor {
  const value = float('cosh', x);
  return mul(add(exp(value), exp(negative(value))), fixed(0.5, value));
}

/** Hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return floatUnary('tanh', 'tanh', x);
}

/** From here on the square of a number is no longer needed beside it, and might overflow. */
const LARGE = 1e9;

/** Inverse hyperbolic sine. */
export function arcsinh(x: TensorLike): Tensor {
  const value = float('arcsinh', x);
  const below = less(value, fixed(0, value));
  // Not abs(): its slope at 0 is 0.
  const size = where(below, negative(value), value);
  const large = less(fixed(LARGE, value), size);
  const small = where(large, fixed(1, value), size);
  const one = fixed(1, value);
  const near = log1p(add(small, div(square(small), add(one, sqrt(add(one, square(small)))))));
  const far = add(log(where(large, size, one)), fixed(Math.LN2, value));
  const result = where(large, far, near);
  return where(below, negative(result), result);
}

/** Inverse hyperbolic cosine. */
export function arccosh(x: TensorLike): Tensor {
  const value = float('arccosh', x);
  const large = less(fixed(LARGE, value), value);
  const above = sub(where(large, fixed(2, value), value), fixed(1, value));
  const near = log1p(add(above, sqrt(add(add(above, above), square(above)))));
  const far = add(log(where(large, value, fixed(1, value))), fixed(Math.LN2, value));
  return where(large, far, near);
}

/** Inverse hyperbolic tangent. */
export function arctanh(x: TensorLike): Tensor {
  const value = float('arctanh', x);
  return mul(sub(log1p(value), log1p(negative(value))), fixed(0.5, value));
}

function float(op: string, x: TensorLike): Tensor {
  return new Tensor(asFloat(op, x));
}

function isZero(x: Tensor): Tensor {
  return lessEqual(abs(x), fixed(0, x));
}
