import { ManabiError } from '@manabi/ir';
import { scalar } from '../functions/creation.ts';
import { stack } from '../functions/join.ts';
import { oneHot } from '../functions/masks.ts';
import { reshape } from '../functions/shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { grad } from './grad.ts';
import { nameOf } from './trace-function.ts';
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
  return (x, ...rest) => {
    const [value, pullback] = vjp((argument: Tensor) => f(argument, ...rest), x);
    if (!isTensor(value) || !isTensor(x)) {
      throw new ManabiError('argument', `A jacobian is that of a tensor by a tensor, which ${nameOf(f)} is not.`, {
        op: 'jacobian',
        data: { function: nameOf(f) },
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
 * @throws ManabiError as `grad`
 */
export function hessian<Rest extends readonly unknown[]>(
  f: (x: Tensor, ...rest: Rest) => Tensor,
): (x: Tensor, ...rest: Rest) => Tensor {
  return jacobian((x: Tensor, ...rest: Rest) => grad((argument: Tensor) => f(argument, ...rest))(x));
}
