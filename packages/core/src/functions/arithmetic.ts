import { isFloat, isInteger, ManabiError } from '@manabi/ir';
import { emitOne } from '../lazy/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { align } from './broadcast.ts';
import { less, where } from './comparison.ts';
import { composite } from './composite.ts';
import { binary, unary } from './elementwise.ts';
import { asFloat, asNumeric, castTo, fixed, promote, type TensorLike } from './operand.ts';

/** x + y, elementwise with broadcasting. */
export function add(x: TensorLike, y: TensorLike): Tensor {
  return binary('add', 'add', x, y);
}

/** x - y, elementwise with broadcasting. */
export function sub(x: TensorLike, y: TensorLike): Tensor {
  return binary('sub', 'sub', x, y);
}

/** x * y, elementwise with broadcasting. */
export function mul(x: TensorLike, y: TensorLike): Tensor {
  return binary('mul', 'mul', x, y);
}

/** x / y, elementwise with broadcasting. Integers are divided as float32: `div(1, 2)` is 0.5; see `floorDivide`. */
export function div(x: TensorLike, y: TensorLike): Tensor {
  const tensors = [x, y].map((operand) => {
    if (!isTensor(operand) || isFloat(operand.dtype)) return operand;
    return new Tensor(castTo(lazyOf(operand), 'float32'));
  });
  return binary('div', 'div', tensors[0], tensors[1]);
}

/** The largest whole number not above x / y; integers stay integers, and x / 0 is x for them. */
export function floorDivide(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(composite('floorDivide', alignNumeric('floorDivide', x, y), {}));
}

/** The rest of `floorDivide`: it has the sign of y, as NumPy's `mod` and `remainder`. */
export function mod(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(composite('floorMod', alignNumeric('mod', x, y), {}));
}

/** The rest of a division that truncates: it has the sign of x, as `%` in JavaScript and NumPy's `fmod`. */
export function fmod(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('rem', alignNumeric('fmod', x, y), {}));
}

function alignNumeric(op: string, x: TensorLike, y: TensorLike): LazyValue[] {
  return align(op, [x, y]).map((value) => asNumeric(op, new Tensor(value)));
}

/** -x */
export function negative(x: TensorLike): Tensor {
  return unary('neg', 'negative', x);
}

/** Absolute value; its slope at 0 is 0. */
export function abs(x: TensorLike): Tensor {
  return unary('abs', 'abs', x);
}

/** -1, 0 or 1; NaN stays NaN. */
export function sign(x: TensorLike): Tensor {
  return unary('sign', 'sign', x);
}

/** x * x */
export function square(x: TensorLike): Tensor {
  const value = asNumeric('square', x);
  return new Tensor(emitOne('mul', [value, value], {}));
}

/** 1 / x; integers as float32. */
export function reciprocal(x: TensorLike): Tensor {
  return new Tensor(composite('reciprocal', [asFloat('reciprocal', x)], {}));
}

/**
 * x to the power of y. 0 to the power of 0 is 1; a negative x to a y that is no whole number is NaN.
 *
 * @throws ManabiError `dtype` for integers to a power that is not a whole number from 0, known when this is called
 */
export function power(x: TensorLike, y: TensorLike): Tensor {
  if (isTensor(x) && y === 2) return square(x);
  if (isTensor(x) && y === 3) return mul(square(x), x);
  if (isTensor(x) && isInteger(x.dtype) && typeof y === 'number' && Number.isInteger(y) && y >= 0) {
    return integerPower(x, y);
  }
  const [a, b] = align('power', [x, y]);
  if (isFloat(a.type.dtype)) return new Tensor(emitOne('pow', [a, b], {}));
  throw new ManabiError(
    'dtype',
    `Powers of ${a.type.dtype} are made only for exponents that are JavaScript numbers, whole and from 0. Convert x ` +
      "first: astype(x, 'float32').",
    { op: 'power', data: { dtype: a.type.dtype, exponent: isTensor(y) ? y.dtype : y } },
  );
}

/** By repeated squaring; wraps as all arithmetic of integers. */
function integerPower(x: Tensor, exponent: number): Tensor {
  let result: Tensor | null = null;
  let base = x;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? base : mul(result, base);
    if (rest > 1) base = square(base);
  }
  return result ?? add(mul(x, fixed(0, x)), fixed(1, x));
}

/** The larger of two elements; NaN if one is NaN. At ties each gets half of the gradient. */
export function maximum(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = align('maximum', [x, y]);
  return new Tensor(emitOne(a.type.dtype === 'bool' ? 'or' : 'max', [a, b], {}));
}

/** The smaller of two elements; NaN if one is NaN. At ties each gets half of the gradient. */
export function minimum(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = align('minimum', [x, y]);
  return new Tensor(emitOne(a.type.dtype === 'bool' ? 'and' : 'min', [a, b], {}));
}

/**
 * Elements not below `min` and not above `max`; either may be null. Where min is above max, it gives max. At the bounds
 * the whole gradient goes to x.
 */
export function clip(x: TensorLike, min: TensorLike | null, max: TensorLike | null = null): Tensor {
  const value = asNumeric('clip', x);
  if (isNumberOrNull(min) && isNumberOrNull(max) && isFloat(value.type.dtype)) {
    return new Tensor(composite('clip', [value], { min, max }));
  }
  let result = new Tensor(value);
  if (min !== null) {
    const [each, low] = promote('clip', [result, min]).map((part) => new Tensor(part));
    result = where(less(each, low), low, each);
  }
  if (max !== null) {
    const [each, high] = promote('clip', [result, max]).map((part) => new Tensor(part));
    result = where(less(high, each), high, each);
  }
  return result;
}

function isNumberOrNull(x: TensorLike | null): x is number | null {
  return x === null || typeof x === 'number';
}
