import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { align, broadcast } from './broadcast.ts';
import { composite } from './composite.ts';
import { binary, floatUnary } from './elementwise.ts';
import { asBool, asFloat, asNumeric, promote, type TensorLike } from './operand.ts';

/** True where elements are equal; NaN equals nothing. Result: bool, in the broadcast shape. */
export function equal(x: TensorLike, y: TensorLike): Tensor {
  return binary('equal', 'equal', x, y);
}

/** True where elements differ; NaN differs from everything. */
export function notEqual(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('not', [lazyOf(binary('equal', 'notEqual', x, y))], {}));
}

/** True where x is less than y. */
export function less(x: TensorLike, y: TensorLike): Tensor {
  return compare('less', 'less', x, y);
}

/** True where x is less than or equal to y. */
export function lessEqual(x: TensorLike, y: TensorLike): Tensor {
  return compare('lessEqual', 'lessEqual', x, y);
}

/** True where x is greater than y. */
export function greater(x: TensorLike, y: TensorLike): Tensor {
  return compare('less', 'greater', y, x);
}

/** True where x is greater than or equal to y. */
export function greaterEqual(x: TensorLike, y: TensorLike): Tensor {
  return compare('lessEqual', 'greaterEqual', y, x);
}

function compare(op: 'less' | 'lessEqual', name: string, x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = align(name, [x, y]);
  return new Tensor(emitOne(op, [asNumeric(name, new Tensor(a)), asNumeric(name, new Tensor(b))], {}));
}

/** True where an element is NaN. */
export function isnan(x: TensorLike): Tensor {
  return floatUnary('isNaN', 'isnan', x);
}

/** True where an element is infinite. */
export function isinf(x: TensorLike): Tensor {
  return floatUnary('isInf', 'isinf', x);
}

/** True where an element is neither NaN nor infinite. */
export function isfinite(x: TensorLike): Tensor {
  return new Tensor(composite('isFinite', [asFloat('isfinite', x)], {}));
}

/**
 * Elements of x where the condition holds, of y elsewhere; all three broadcast. Both sides are computed, and gradients
 * flow through both: guard the operand, not the result: `where(less(0, x), log(where(less(0, x), x, 1)), 0)`.
 *
 * @throws ManabiError `shape` or `dtype` if the operands do not fit
 */
export function where(condition: TensorLike, x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promote('where', [x, y]);
  return new Tensor(emitOne('select', broadcast('where', [asBool('where', condition), a, b]), {}));
}
