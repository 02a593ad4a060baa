import { Tensor } from '../tensor.ts';
import { broadcast } from './broadcast.ts';
import { composite } from './composite.ts';
import { floatUnary } from './elementwise.ts';
import { asFloat, promote, type TensorLike } from './operand.ts';

/**
 * Computes the sine of angles in radians. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { sin, tensor } from 'manabi';
 *
 * console.log(await sin(tensor([0, 1])).array()); // [0, 0.8415]
 * ```
 */
export function sin(x: TensorLike): Tensor {
  return floatUnary('sin', 'sin', x);
}

/**
 * Computes the cosine of angles in radians. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { cos, tensor } from 'manabi';
 *
 * console.log(await cos(tensor([0, 1])).array()); // [1, 0.5403]
 * ```
 */
export function cos(x: TensorLike): Tensor {
  return floatUnary('cos', 'cos', x);
}

/**
 * Computes the tangent of angles in radians. The result has the shape of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { tan, tensor } from 'manabi';
 *
 * console.log(await tan(tensor([0, 1])).array()); // [0, 1.5574]
 * ```
 */
export function tan(x: TensorLike): Tensor {
  return floatUnary('tan', 'tan', x);
}

/**
 * Computes the inverse sine of each element, in [-π/2, π/2].
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { arcsin, tensor } from 'manabi';
 *
 * console.log(await arcsin(tensor([0, 1])).array()); // [0, 1.5708]
 * ```
 */
export function arcsin(x: TensorLike): Tensor {
  return floatUnary('asin', 'arcsin', x);
}

/**
 * Computes the inverse cosine of each element, in [0, π].
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { arccos, tensor } from 'manabi';
 *
 * console.log(await arccos(tensor([0, 1])).array()); // [1.5708, 0]
 * ```
 */
export function arccos(x: TensorLike): Tensor {
  return new Tensor(composite('acos', [asFloat('arccos', x)], {}));
}

/**
 * Computes the inverse tangent of each element, in [-π/2, π/2].
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { arctan, tensor } from 'manabi';
 *
 * console.log(await arctan(tensor([0, 1])).array()); // [0, 0.7854]
 * ```
 */
export function arctan(x: TensorLike): Tensor {
  return floatUnary('atan', 'arctan', x);
}

/**
 * Computes the angle between the positive x axis and the point (x, y), in [-π, π], elementwise with broadcasting. The
 * result is 0 at the origin.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { arctan2, tensor } from 'manabi';
 *
 * console.log(await arctan2(tensor([1, -1]), tensor([0, 0])).array()); // [1.5708, -1.5708]
 * ```
 */
export function arctan2(y: TensorLike, x: TensorLike): Tensor {
  const floats = promote('arctan2', [y, x]).map((value) => asFloat('arctan2', new Tensor(value)));
  return new Tensor(composite('atan2', broadcast('arctan2', floats), {}));
}

/**
 * Computes the hyperbolic sine of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { sinh, tensor } from 'manabi';
 *
 * console.log(await sinh(tensor([0, 1])).array()); // [0, 1.1752]
 * ```
 */
export function sinh(x: TensorLike): Tensor {
  return new Tensor(composite('sinh', [asFloat('sinh', x)], {}));
}

/**
 * Computes the hyperbolic cosine of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { cosh, tensor } from 'manabi';
 *
 * console.log(await cosh(tensor([0, 1])).array()); // [1, 1.5431]
 * ```
 */
export function cosh(x: TensorLike): Tensor {
  return new Tensor(composite('cosh', [asFloat('cosh', x)], {}));
}

/**
 * Computes the hyperbolic tangent of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { tanh, tensor } from 'manabi';
 *
 * console.log(await tanh(tensor([0, 1])).array()); // [0, 0.7616]
 * ```
 */
export function tanh(x: TensorLike): Tensor {
  return floatUnary('tanh', 'tanh', x);
}

/**
 * Computes the inverse hyperbolic sine of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { arcsinh, tensor } from 'manabi';
 *
 * console.log(await arcsinh(tensor([0, 1])).array()); // [0, 0.8814]
 * ```
 */
export function arcsinh(x: TensorLike): Tensor {
  return new Tensor(composite('asinh', [asFloat('arcsinh', x)], {}));
}

/**
 * Computes the inverse hyperbolic cosine of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { arccosh, tensor } from 'manabi';
 *
 * console.log(await arccosh(tensor([1, 2])).array()); // [0, 1.317]
 * ```
 */
export function arccosh(x: TensorLike): Tensor {
  return new Tensor(composite('acosh', [asFloat('arccosh', x)], {}));
}

/**
 * Computes the inverse hyperbolic tangent of each element.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { arctanh, tensor } from 'manabi';
 *
 * console.log(await arctanh(tensor([0, 0.5])).array()); // [0, 0.5493]
 * ```
 */
export function arctanh(x: TensorLike): Tensor {
  return new Tensor(composite('atanh', [asFloat('arctanh', x)], {}));
}
