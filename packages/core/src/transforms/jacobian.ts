import { ManabiError } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { scalar } from '../functions/creation.ts';
import { stack } from '../functions/join.ts';
import { oneHot } from '../functions/masks.ts';
import { reshape } from '../functions/shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { grad } from './grad.ts';
import { checkFunction, nameOf, subjectOf } from './trace-function.ts';
import { vjp } from './vjp.ts';

/**
 * Returns a function that computes the derivatives of all elements of the result of f with respect to all elements of
 * its first argument. The result and this argument must be tensors. The tensor of derivatives has the shape of the
 * result followed by that of the argument. One backward pass runs for each element of the result, so the result should
 * be small.
 *
 * @throws ManabiError under the same conditions as `grad()`; `argument` unless the first argument and the result are
 * tensors
 * @example
 * ```ts
 * import { jacobian, square, Tensor, tensor } from 'manabi';
 *
 * console.log(await jacobian((x: Tensor) => square(x))(tensor([1, 2])).array()); // [[2, 0], [0, 4]]
 * ```
 */
export function jacobian<Rest extends readonly unknown[]>(
  f: (x: Tensor, ...rest: Rest) => Tensor,
): (x: Tensor, ...rest: Rest) => Tensor {
  checkFunction('jacobian', f);
  return (x, ...rest) => {
    checkArgument('jacobian', x);
    const [value, pullback] = vjp((argument: Tensor) => f(argument, ...rest), x);
    if (!isTensor(value)) {
      const given = describeGiven(value);
      throw new ManabiError(
        'argument',
        `${subjectOf(nameOf(f))} must return a single tensor for jacobian(); got ${given}.`,
        {
          op: 'jacobian',
          data: { function: nameOf(f), given },
        },
      );
    }
    const rows = Array.from({ length: value.size }, (_, position) => {
      const unit = oneHot(scalar(position, { dtype: 'int32' }), value.size, { dtype: value.dtype });
      return pullback(reshape(unit, value.shape))[0];
    });
    const shape = [...value.shape, ...x.shape];
    return rows.length === 0 ? reshape(pullback(value)[0], shape) : reshape(stack(rows), shape);
  };
}

/**
 * Returns a function that computes all second derivatives of f with respect to its first argument. f must return a
 * float scalar, and the argument must be a tensor. The tensor of derivatives has the shape of the argument twice:
 * `[...argument, ...argument]`.
 *
 * @throws ManabiError under the same conditions as `grad()`; `argument` unless the first argument is a tensor
 * @example
 * ```ts
 * import { hessian, power, sum, Tensor, tensor } from 'manabi';
 *
 * console.log(await hessian((x: Tensor) => sum(power(x, 3)))(tensor([1, 2])).array()); // [[6, 0], [0, 12]]
 * ```
 */
export function hessian<Rest extends readonly unknown[]>(
  f: (x: Tensor, ...rest: Rest) => Tensor,
): (x: Tensor, ...rest: Rest) => Tensor {
  checkFunction('hessian', f);
  const derivatives = jacobian((x: Tensor, ...rest: Rest) => grad((argument: Tensor) => f(argument, ...rest))(x));
  return (x, ...rest) => {
    checkArgument('hessian', x);
    return derivatives(x, ...rest);
  };
}

/**
 * Throws unless the first argument is a tensor. Trees are not supported, because the shape of the derivatives contains
 * the shape of the argument.
 */
function checkArgument(op: string, x: unknown): void {
  if (isTensor(x)) return;
  const given = describeGiven(x);
  throw new ManabiError(
    'argument',
    `The first argument of a function under ${op}() must be a tensor; got ${given}. Pass one tensor ` +
      'of a tree, or use grad() or vjp(), which support trees.',
    { op, data: { given } },
  );
}
