import { describeGiven, ManabiError } from '@manabi/errors';
import { scalar } from '../functions/creation.ts';
import { stack } from '../functions/join.ts';
import { oneHot } from '../functions/masks.ts';
import { reshape } from '../functions/shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { grad } from './grad.ts';
import { checkFunction, nameOf } from './trace-function.ts';
import { vjp } from './vjp.ts';

/**
 * All derivatives of a tensor by the first argument, a tensor: shape `[...value, ...argument]`. It goes backward once per
 * element of the value, so it is meant for small ones.
 *
 * @throws ManabiError as `grad`; `argument` unless both are tensors
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
      throw new ManabiError('argument', `A jacobian is that of one tensor, but ${nameOf(f)} returned ${given}.`, {
        op: 'jacobian',
        data: { function: nameOf(f), given },
      });
    }
    const rows = Array.from({ length: value.size }, (_, place) => {
      const unit = oneHot(scalar(place, { dtype: 'int32' }), value.size, { dtype: value.dtype });
      return pullback(reshape(unit, value.shape))[0];
    });
    const shape = [...value.shape, ...x.shape];
    return rows.length === 0 ? reshape(pullback(value)[0], shape) : reshape(stack(rows), shape);
  };
}

/**
 * All second derivatives of a single float by the first argument, a tensor: shape `[...argument, ...argument]`.
 *
 * @throws ManabiError as `grad`; `argument` unless the argument is a tensor
 * @example `await hessian((x: Tensor) => sum(power(x, 3)))(tensor([1, 2])).array() // [[6, 0], [0, 12]]`
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

/** Both are arrays of derivatives by elements, which a tree has no axes for. */
function checkArgument(op: string, x: unknown): void {
  if (isTensor(x)) return;
  const given = describeGiven(x);
  throw new ManabiError(
    'argument',
    `A ${op} is taken by one tensor, the first argument, but ${given} was given. Take it by one part of a tree at a time, ` +
      'with the others from outside; grad and vjp take whole trees.',
    { op, data: { given } },
  );
}
