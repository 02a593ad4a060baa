import { Tensor } from '../tensor.ts';
import { broadcast } from './broadcast.ts';
import { composite } from './composite.ts';
import { floatUnary } from './elementwise.ts';
import { asFloat, promote, type TensorLike } from './operand.ts';

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
  return floatUnary('tan', 'tan', x);
}

/** Inverse sine. */
export function arcsin(x: TensorLike): Tensor {
  return floatUnary('asin', 'arcsin', x);
}

/** Inverse cosine. */
export function arccos(x: TensorLike): Tensor {
  return new Tensor(composite('acos', [asFloat('arccos', x)], {}));
}

/** Inverse tangent. */
export function arctan(x: TensorLike): Tensor {
  return floatUnary('atan', 'arctan', x);
}

/** Angle of the point (x, y), from -π to π; 0 at the origin. */
export function arctan2(y: TensorLike, x: TensorLike): Tensor {
  const floats = promote('arctan2', [y, x]).map((value) => asFloat('arctan2', new Tensor(value)));
  return new Tensor(composite('atan2', broadcast('arctan2', floats), {}));
}

/** Hyperbolic sine. */
export function sinh(x: TensorLike): Tensor {
  return new Tensor(composite('sinh', [asFloat('sinh', x)], {}));
}

/** Hyperbolic cosine. */
export function cosh(x: TensorLike): Tensor {
  return new Tensor(composite('cosh', [asFloat('cosh', x)], {}));
}

/** Hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return floatUnary('tanh', 'tanh', x);
}

/** Inverse hyperbolic sine. */
export function arcsinh(x: TensorLike): Tensor {
  return new Tensor(composite('asinh', [asFloat('arcsinh', x)], {}));
}

/** Inverse hyperbolic cosine. */
export function arccosh(x: TensorLike): Tensor {
  return new Tensor(composite('acosh', [asFloat('arccosh', x)], {}));
}

/** Inverse hyperbolic tangent. */
export function arctanh(x: TensorLike): Tensor {
  return new Tensor(composite('atanh', [asFloat('arctanh', x)], {}));
}
