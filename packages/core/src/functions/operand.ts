import { adviceOn, describeGiven } from '@manabi/errors/internal';
import { type DType, dtypes, formatType, isFloat, isInteger, ManabiError } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { hostValue } from '../lazy/node.ts';
import { tracingForReplay } from '../lazy/trace.ts';
import type { LazyValue } from '../lazy/value.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';

/**
 * Operand of tensor functions: a tensor, a number or a boolean. A number is converted to the dtype of the tensors it is
 * combined with. In eager code, numbers are inputs of the compiled graph, so `mul(x, rate)` is compiled once for all
 * rates. In a jitted function, a number is a constant unless it is an argument of the function.
 */
export type TensorLike = Tensor | number | boolean;

/** Converts an operand to a tensor: a number to float32, a boolean to bool. */
export function asTensor(op: string, x: TensorLike): Tensor {
  return isTensor(x) ? x : new Tensor(asValue(op, x));
}

/** Converts an operand to a value of the lazy graph: a number to float32, a boolean to bool. */
export function asValue(op: string, x: TensorLike): LazyValue {
  if (isTensor(x)) {
    const value = lazyOf(x);
    return value.number === null ? value : value.number.as('float32');
  }
  return scalarValue(op, x, typeof x === 'boolean' ? 'bool' : 'float32');
}

/** Converts an operand to a float value: integers and bool become float32. */
export function asFloat(op: string, x: TensorLike): LazyValue {
  const value = asValue(op, x);
  return isFloat(value.type.dtype) ? value : castTo(value, 'float32');
}

/** Converts an operand to a numeric value: bool becomes int32. */
export function asNumeric(op: string, x: TensorLike): LazyValue {
  const value = asValue(op, x);
  return value.type.dtype === 'bool' ? castTo(value, 'int32') : value;
}

/** Converts an operand to bool: true for nonzero elements. */
export function asBool(op: string, x: TensorLike): LazyValue {
  return castTo(asValue(op, x), 'bool');
}

/** Converts a value to a dtype. Returns the value itself if it has that dtype. */
export function castTo(value: LazyValue, dtype: DType): LazyValue {
  if (value.number !== null) return value.number.as(dtype);
  return value.type.dtype === dtype ? value : emitOne('cast', [value], { dtype });
}

/**
 * Returns a number that the user passed as a scalar. It is an input of the compiled graph in eager code, and a constant
 * in a jitted function.
 */
export function scalarValue(op: string, x: number | boolean, dtype: DType): LazyValue {
  if (typeof x !== 'number' && typeof x !== 'boolean') throw notATensor(op, x);
  const value = dtype === 'bool' ? Number(x !== 0 && x !== false) : Number(x);
  checkFits(op, value, dtype);
  if (tracingForReplay()) return fixedValue(value, dtype);
  const data = dtypes[dtype].create(1);
  data[0] = value;
  return hostValue({ dtype, shape: [], data }, true);
}

/** Returns a number that is part of a formula in this package, such as the 2 in `2 * x`, as a constant of the graph. */
export function fixedValue(value: number, dtype: DType): LazyValue {
  return emitOne('constant', [], { dtype, shape: [], value });
}

/**
 * Returns a number that is part of a formula in this package, such as the 2 in `2 * x`, as a constant of the graph with
 * the dtype of `like`.
 */
export function fixed(value: number, like: { readonly dtype: DType }): Tensor {
  return new Tensor(fixedValue(value, like.dtype));
}

function checkFits(op: string, value: number, dtype: DType): void {
  if (!isInteger(dtype)) return;
  const { min, max } = dtypes[dtype];
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new ManabiError(
    'value',
    `A number combined with a tensor of ${dtype} takes its dtype, so it must be an integer in [${min}, ${max}]; got ` +
      `${value}. Convert the tensor first: astype(x, 'float32').`,
    { op, data: { value, dtype } },
  );
}

/** Converts operands to their common dtype. */
export function promote(op: string, operands: readonly TensorLike[]): LazyValue[] {
  const dtype = commonDType(op, operands);
  return operands.map((operand) =>
    isTensor(operand) ? valueAs(op, lazyOf(operand), dtype) : scalarValue(op, operand, dtype),
  );
}

/**
 * Converts an operand to the dtype of the operands it is combined with.
 *
 * @throws ManabiError `value` for a number that the dtype cannot represent
 */
export function valueAs(op: string, value: LazyValue, dtype: DType): LazyValue {
  if (value.number !== null) checkFits(op, value.number.value, dtype);
  return castTo(value, dtype);
}

/**
 * Dtypes with automatic promotion, in ascending order: each is promoted to any later one, as in Keras and JAX; in NumPy,
 * int32 and float16 become float64. A tensor of another dtype can only be combined with tensors of the same dtype and
 * with numbers.
 */
const lattice: readonly DType[] = ['bool', 'int32', 'float16', 'float32'];

/**
 * Returns the common dtype of operands: the highest one in the order `bool < int32 < float16 < float32`. Tensors of other dtypes
 * must all have the same dtype. Numbers have no influence if one operand is a tensor.
 */
function commonDType(op: string, operands: readonly TensorLike[]): DType {
  let common: DType | null = null;
  for (const operand of operands) {
    if (!isTensor(operand) || isNumber(operand)) continue;
    const { dtype } = operand;
    if (common === null || common === dtype) common = dtype;
    else if (lattice.includes(common) && lattice.includes(dtype)) {
      if (lattice.indexOf(dtype) > lattice.indexOf(common)) common = dtype;
    } else throw mixedDTypes(op, common, dtype);
  }
  const numbers = operands.filter(isNumber);
  if (common === null) return numbers.length > 0 ? 'float32' : 'bool';
  if (common !== 'bool' || numbers.length === 0) return common;
  // `filter` is used instead of `every`, which stops early: a trace must record every number on which the dtype
  // depends.
  return numbers.filter(isIntegral).length === numbers.length ? 'int32' : 'float32';
}

/**
 * Whether an operand is converted to the dtype of the tensors it is combined with. True for JavaScript numbers, and for
 * tensors that stand for a number among the arguments of a traced function.
 */
export function isNumber(operand: TensorLike): boolean {
  return typeof operand === 'number' || (isTensor(operand) && lazyOf(operand).number !== null);
}

function isIntegral(number: TensorLike): boolean {
  return isTensor(number) ? lazyOf(number).number?.isInteger() === true : Number.isInteger(number);
}

function mixedDTypes(op: string, one: DType, other: DType): ManabiError {
  const both = [one, other];
  // Advise the dtype that can represent most values of both dtypes. bool is promoted to int32 automatically.
  const wider = both.find(isFloat) ?? (both.some((dtype) => lattice.includes(dtype)) ? 'int32' : 'uint32');
  const outside = both.find((dtype) => dtype !== wider && !lattice.includes(dtype));
  const converted = outside ?? both.find((dtype) => dtype !== wider);
  return new ManabiError(
    'dtype',
    `Cannot combine tensors of ${one} and ${other}: only bool, int32, float16 and float32 are promoted automatically, in that ` +
      `order. Convert the ${converted} tensor: astype(x, '${wider}').`,
    { op, data: { dtypes: [one, other] } },
  );
}

/** Creates the error for an argument that is not a tensor. */
function notATensor(op: string, given: unknown): ManabiError {
  const kind = describeGiven(given);
  return new ManabiError('argument', `Expected a tensor or a number; got ${kind}. ${adviceFor(given)}`, {
    op,
    data: { given: kind },
  });
}

function adviceFor(given: unknown): string {
  if (given === undefined) return 'Check for a missing argument, or a jitted function whose result is not awaited.';
  if (given instanceof Promise) return 'Await it first: jitted functions return promises.';
  const own = adviceOn(given);
  if (own !== '') return own;
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return 'Convert it first: tensor(array).';
  const isHostArray = typeof given === 'object' && given !== null && 'dtype' in given && 'data' in given;
  if (isHostArray) return 'Convert it first: fromHost(array). Jitted functions accept host arrays directly.';
  return typeof given === 'object' ? 'Pass one of the tensors it contains.' : 'Pass a tensor or a number.';
}

/**
 * Throws unless a tensor of indices, labels or shifts has an integer dtype, and converts it to int32.
 *
 * @throws ManabiError `dtype`
 */
export function asIndices(op: string, x: LazyValue): LazyValue {
  if (x.number !== null) return valueAs(op, x, 'int32');
  if (x.type.dtype === 'int32') return x;
  if (isInteger(x.type.dtype)) return castTo(x, 'int32');
  throw new ManabiError(
    'dtype',
    `Expected a tensor of integers; got ${formatType(x.type)}. Convert it: astype(x, 'int32'), or create it with an ` +
      "integer dtype: tensor(data, { dtype: 'int32' }).",
    { op, data: { dtype: x.type.dtype, shape: x.type.shape } },
  );
}
