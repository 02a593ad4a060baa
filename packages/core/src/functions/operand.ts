import { adviceOn, describeGiven } from '@manabi/errors';
import { type DType, dtypes, formatType, isFloat, isInteger, ManabiError } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { hostValue } from '../lazy/node.ts';
import { tracingForReplay } from '../lazy/trace.ts';
import type { LazyValue } from '../lazy/value.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';

/**
 * What functions of tensors take: a tensor, or a number or boolean, which takes the dtype of the tensors beside it. In
 * eager code a number is data, so that `mul(x, rate)` is compiled once for all rates; in a jitted function it is a
 * constant, unless it is an argument.
 */
export type TensorLike = Tensor | number | boolean;

/** A tensor from a tensor, number (float32) or boolean (bool). */
export function asTensor(op: string, x: TensorLike): Tensor {
  return isTensor(x) ? x : new Tensor(asValue(op, x));
}

/** As `asTensor`, in the lazy graph. */
export function asValue(op: string, x: TensorLike): LazyValue {
  if (isTensor(x)) {
    const value = lazyOf(x);
    return value.number === null ? value : value.number.as('float32');
  }
  return scalarValue(op, x, typeof x === 'boolean' ? 'bool' : 'float32');
}

/** A tensor of float elements: integers and bool become float32, as in NumPy's mathematical functions. */
export function asFloat(op: string, x: TensorLike): LazyValue {
  const value = asValue(op, x);
  return isFloat(value.type.dtype) ? value : castTo(value, 'float32');
}

/** A tensor with arithmetic: bool becomes int32. */
export function asNumeric(op: string, x: TensorLike): LazyValue {
  const value = asValue(op, x);
  return value.type.dtype === 'bool' ? castTo(value, 'int32') : value;
}

/** A tensor of truth: true where the element is not 0. */
export function asBool(op: string, x: TensorLike): LazyValue {
  return castTo(asValue(op, x), 'bool');
}

/** The value in another dtype; itself if it has that one. */
export function castTo(value: LazyValue, dtype: DType): LazyValue {
  if (value.number !== null) return value.number.as(dtype);
  return value.type.dtype === dtype ? value : emitOne('cast', [value], { dtype });
}

/** A number that the user wrote, as a scalar: data in eager code, a constant in a jitted function. */
export function scalarValue(op: string, x: number | boolean, dtype: DType): LazyValue {
  if (typeof x !== 'number' && typeof x !== 'boolean') throw notATensor(op, x);
  const value = dtype === 'bool' ? Number(x !== 0 && x !== false) : Number(x);
  checkFits(op, value, dtype);
  if (tracingForReplay()) return fixedValue(value, dtype);
  const data = dtypes[dtype].create(1);
  data[0] = value;
  return hostValue({ dtype, shape: [], data }, true);
}

/** A number that belongs to a function's formula: the same in every call, so a constant everywhere. */
export function fixedValue(value: number, dtype: DType): LazyValue {
  return emitOne('constant', [], { dtype, shape: [], value });
}

/** A fixed number in the dtype of a tensor. */
export function fixed(value: number, like: { readonly dtype: DType }): Tensor {
  return new Tensor(fixedValue(value, like.dtype));
}

function checkFits(op: string, value: number, dtype: DType): void {
  if (!isInteger(dtype)) return;
  if (!Number.isInteger(value)) {
    throw new ManabiError(
      'value',
      `The number ${value} meets a tensor of ${dtype}, whose dtype it would take, and is no whole number. Convert the ` +
        "tensor first: astype(x, 'float32'); or round the number.",
      { op, data: { value, dtype } },
    );
  }
  const { min, max } = dtypes[dtype];
  if (value < min || value > max) {
    throw new ManabiError(
      'value',
      `The number ${value} meets a tensor of ${dtype}, which holds ${min} to ${max}. Convert the tensor first: ` +
        "astype(x, 'float32').",
      { op, data: { value, dtype } },
    );
  }
}

/** Tensors and numbers in one dtype. */
export function promote(op: string, operands: readonly TensorLike[]): LazyValue[] {
  const dtype = commonDType(op, operands);
  return operands.map((operand) =>
    isTensor(operand) ? valueAs(op, lazyOf(operand), dtype) : scalarValue(op, operand, dtype),
  );
}

/**
 * A value in the dtype of those that it meets.
 *
 * @throws ManabiError `value` for a number that the dtype cannot hold
 */
export function valueAs(op: string, value: LazyValue, dtype: DType): LazyValue {
  if (value.number !== null) checkFits(op, value.number.value, dtype);
  return castTo(value, dtype);
}

/** The dtypes that promote: to the one that comes later. All others meet only themselves and numbers. */
const lattice: readonly DType[] = ['bool', 'int32', 'float32'];

/**
 * The dtype in which tensors and numbers meet: `bool < int32 < float32`, every other dtype only with itself; numbers
 * have no dtype of their own where there is a tensor.
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
  // Each is asked, so that the trace knows what it depends on.
  return numbers.filter(isWhole).length === numbers.length ? 'int32' : 'float32';
}

/** Whether an operand takes the dtype of what it meets: a number, or one among the arguments of a traced function. */
export function isNumber(operand: TensorLike): boolean {
  return typeof operand === 'number' || (isTensor(operand) && lazyOf(operand).number !== null);
}

function isWhole(number: TensorLike): boolean {
  return isTensor(number) ? lazyOf(number).number?.isInteger() === true : Number.isInteger(number);
}

function mixedDTypes(op: string, one: DType, other: DType): ManabiError {
  const both = [one, other];
  // Where both meet without losing more than they must: bool follows by itself into int32.
  const wider = both.find(isFloat) ?? (both.some((dtype) => lattice.includes(dtype)) ? 'int32' : 'uint32');
  const outside = both.find((dtype) => dtype !== wider && !lattice.includes(dtype));
  const converted = outside ?? both.find((dtype) => dtype !== wider);
  return new ManabiError(
    'dtype',
    `Tensors of ${one} and ${other} meet. Only bool, int32 and float32 become one another by themselves, in that ` +
      `order. Convert that of ${converted}: astype(x, '${wider}').`,
    { op, data: { dtypes: [one, other] } },
  );
}

/** The error for an argument that is no tensor. */
function notATensor(op: string, given: unknown): ManabiError {
  const kind = describeGiven(given);
  return new ManabiError('argument', `A tensor was expected, and ${kind} was given. ${adviceFor(given)}`, {
    op,
    data: { given: kind },
  });
}

function adviceFor(given: unknown): string {
  if (given === undefined) return 'Was an argument left out, or what a jitted function returns not awaited?';
  if (given instanceof Promise) return 'What runs, as a jitted function does, gives a promise: await it first.';
  const own = adviceOn(given);
  if (own !== '') return own;
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return 'Make a tensor of it: tensor(array).';
  const isHostArray = typeof given === 'object' && given !== null && 'dtype' in given && 'data' in given;
  if (isHostArray) return 'Make a tensor of it: fromHost(array). Jitted functions take it as it is.';
  return typeof given === 'object' ? 'Give one of the tensors that it holds.' : 'Give a tensor or a number.';
}

/** Checks an argument that must be a tensor of whole numbers: indices, labels, shifts. */
export function asIndices(op: string, x: LazyValue): LazyValue {
  if (x.number !== null) return valueAs(op, x, 'int32');
  if (x.type.dtype === 'int32') return x;
  if (isInteger(x.type.dtype)) return castTo(x, 'int32');
  throw new ManabiError(
    'dtype',
    `Places are whole numbers, but ${formatType(x.type)} was given. Convert them: astype(x, 'int32'), or make them ` +
      "so: tensor(places, { dtype: 'int32' }).",
    { op, data: { dtype: x.type.dtype, shape: x.type.shape } },
  );
}
