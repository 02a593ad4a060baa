import { isFloat } from '@manabi/ir';
import { aliasOf, lazyOf, Tensor } from '../tensor.ts';
import { composite } from './composite.ts';
import { unary } from './elementwise.ts';
import { asTensor, type TensorLike } from './operand.ts';

/** The largest whole number not above each element; integers are returned as they are, and so in all of these. */
export function floor(x: TensorLike): Tensor {
  return rounded('floor', x);
}

/** The smallest whole number not below each element. */
export function ceil(x: TensorLike): Tensor {
  return rounded('ceil', x);
}

/** The nearest whole number; halves go to the even one, as in NumPy: `round(2.5)` is 2. */
export function round(x: TensorLike): Tensor {
  return rounded('round', x);
}

/** The element without what is behind the point. */
export function trunc(x: TensorLike): Tensor {
  const value = asTensor('trunc', x);
  if (!isFloat(value.dtype)) return aliasOf(lazyOf(value));
  return new Tensor(composite('trunc', [lazyOf(value)], {}));
}

function rounded(op: 'floor' | 'ceil' | 'round', x: TensorLike): Tensor {
  const value = asTensor(op, x);
  return isFloat(value.dtype) ? unary(op, op, value) : aliasOf(lazyOf(value));
}
