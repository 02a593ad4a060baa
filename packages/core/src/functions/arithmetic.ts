import { dtypes, isFloat, isInteger, ManabiError } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { align } from './broadcast.ts';
import { equal, where } from './comparison.ts';
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
 * Returns x to the power of y. 0 to the power of 0 is 1; a negative x to a y that is not an integer is NaN.
 *
 * Exponents 2, 3, 4, ±0.5 and -1 that are JavaScript numbers are computed with products and roots, in eager code and in
 * jitted functions alike.
 *
 * @throws ManabiError `dtype` for integers to a power that is not a non-negative integer known when this is called
 * @example `power(x, 2)`, `power(tensor([2, 9]), 0.5)`
 */
export function power(x: TensorLike, y: TensorLike): Tensor {
  if (isTensor(x) && typeof y === 'number') {
    if (y === 2 || y === 3 || y === 4 || (isInteger(x.dtype) && Number.isInteger(y) && y >= 0)) return product(x, y);
    if (isFloat(x.dtype) && y === 0.5) return root(x);
    if (isFloat(x.dtype) && y === -0.5) return reciprocal(root(x));
    if (isFloat(x.dtype) && y === -1) return reciprocal(x);
  }
  const [a, b] = align('power', [x, y]);
  if (isFloat(a.type.dtype)) return new Tensor(emitOne('pow', [a, b], {}));
  throw new ManabiError(
    'dtype',
    `Integer powers need an exponent that is a non-negative integer, given as a JavaScript number; x is ${a.type.dtype}. ` +
      "Convert x first: astype(x, 'float32').",
    { op: 'power', data: { dtype: a.type.dtype, exponent: isTensor(y) ? y.dtype : y } },
  );
}

/** The square root as a power has it: 0 of -0, infinity of -infinity. */
function root(x: Tensor): Tensor {
  const negativeInfinity = equal(x, fixed(Number.NEGATIVE_INFINITY, x));
  // The operand is chosen, not the result, so that no NaN reaches the gradient.
  const operand = where(negativeInfinity, fixed(Number.POSITIVE_INFINITY, x), add(x, fixed(0, x)));
  return new Tensor(emitOne('sqrt', [lazyOf(operand)], {}));
}

/** By repeated squaring; integers wrap as in all arithmetic. */
function product(x: Tensor, exponent: number): Tensor {
  let result: Tensor | null = null;
  let base = x;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? base : mul(result, base);
    if (rest > 1) base = square(base);
  }
  if (result === x) return aliasOf(lazyOf(x));
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
 * Returns the elements limited to at least `min` and at most `max`; either may be null. NaN, as an element or a bound,
 * gives NaN. Where min is above max, the result is max. At the bounds the whole gradient goes to x.
 *
 * @example `clip(x, 0, 1)`, `clip(x, null, limits)`
 */
export function clip(x: TensorLike, min: TensorLike | null, max: TensorLike | null = null): Tensor {
  const value = new Tensor(asNumeric('clip', x));
  if (isNumberOrNull(min) && isNumberOrNull(max) && isFloat(value.dtype)) {
    return new Tensor(composite('clip', [lazyOf(value)], { min, max }));
  }
  const [each] = promote('clip', [value, ...[min, max].filter((bound) => bound !== null)]);
  const { dtype } = each.type;
  const bounds = [min ?? fixed(dtypes[dtype].min, each.type), max ?? fixed(dtypes[dtype].max, each.type)];
  return new Tensor(composite('clipBetween', align('clip', [new Tensor(each), ...bounds]), {}));
}

function isNumberOrNull(x: TensorLike | null): x is number | null {
  return x === null || typeof x === 'number';
}
