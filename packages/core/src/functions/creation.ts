import { integer, type KindsOf, kind, ManabiError, number, optional, readArgument } from '@manabi/errors';
import { adviceOn, describeGiven, formatGiven } from '@manabi/errors/internal';
import {
  checkHostArray,
  type DType,
  dtypes,
  type ElementArray,
  formatShape,
  type HostArray,
  isInteger,
  newElements,
  type Shape,
  sizeOf,
} from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { isTensor, lazyOf, Tensor, tensorOnHost } from '../tensor.ts';
import { checkedShape, dtypeKind, optionsOf, shapeKind, tensorKind } from './argument-kinds.ts';
import { add, mul } from './arithmetic.ts';
import { expandTo } from './broadcast.ts';
import { composite } from './composite.ts';
import { scalarValue, valueAs } from './operand.ts';

/** Data that `tensor` accepts: a number, a boolean, nested arrays of numbers and booleans, or a typed array. */
export type ArrayLike = number | boolean | ElementArray | readonly ArrayLike[];

/** Options of functions that create tensors. */
export interface DTypeOptions {
  /** Dtype of the result. */
  readonly dtype?: DType;
}

const dtypeKinds = { dtype: optional(dtypeKind) } satisfies KindsOf<DTypeOptions>;

/**
 * Checks the options of a function that creates a tensor, and returns the option `dtype`, or undefined if it is
 * omitted.
 */
function dtypeIn(op: string, options: DTypeOptions | undefined): DType | undefined {
  return optionsOf(op, options, dtypeKinds).dtype;
}

/** Options of `tensor`. */
export interface TensorOptions extends DTypeOptions {
  /** Shape of the result, for data in a flat or typed array. Default: the lengths of the nested arrays. */
  readonly shape?: Shape;
}

const tensorKinds = { ...dtypeKinds, shape: optional(shapeKind) } satisfies KindsOf<TensorOptions>;

/**
 * Creates a tensor from a number, a boolean, nested arrays of numbers and booleans, or a typed array. The data are
 * copied. By default, numbers become float32, booleans become bool, and a typed array determines the dtype (uint8 for
 * `Uint8Array`).
 *
 * @param data elements of the tensor; nested arrays of the same depth must have equal lengths
 * @throws ManabiError `shape` for ragged arrays or a shape with another number of elements; `value` for numbers that
 * the dtype cannot represent; `argument` for elements other than numbers and booleans
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 *
 * console.log(tensor([[1, 2], [3, 4]]).shape); // [2, 2]
 * console.log(await tensor(new Float32Array(6), { shape: [2, 3] }).array()); // [[0, 0, 0], [0, 0, 0]]
 * ```
 */
export function tensor(data: ArrayLike, options?: TensorOptions): Tensor {
  const { dtype, shape } = optionsOf('tensor', options, tensorKinds);
  const { elements, lengths, natural } = gather(data);
  const kind = dtype ?? natural;
  const array = dtypes[kind].create(elements.length);
  if (array.constructor === elements.constructor && ArrayBuffer.isView(elements)) array.set(elements);
  else for (let i = 0; i < elements.length; i++) array[i] = checkElement(elements[i], kind, i);
  const targetShape = shape ?? lengths;
  if (sizeOf(targetShape) !== elements.length) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(targetShape)} needs ${sizeOf(targetShape)} elements; got ${elements.length}. Pass that many elements, or ` +
        'another shape.',
      { op: 'tensor', data: { shape: targetShape, length: elements.length } },
    );
  }
  return tensorOnHost({ dtype: kind, shape: [...targetShape], data: array });
}

/**
 * Largest supported depth of nested arrays, as in NumPy. Deeper nesting usually means that an array contains itself.
 */
export const MOST_AXES = 64;

interface Gathered {
  readonly elements: ElementArray | number[];
  readonly lengths: number[];
  readonly natural: DType;
}

function gather(data: ArrayLike): Gathered {
  if (isElementArray(data)) return { elements: data, lengths: [data.length], natural: dtypeOfArray(data) };
  const lengths: number[] = [];
  for (let level: ArrayLike = data; Array.isArray(level); level = level[0]) {
    lengths.push(level.length);
    if (lengths.length > MOST_AXES) throw tooDeep();
  }
  const elements: number[] = [];
  let booleans = 0;
  const path: number[] = [];
  const visit = (item: ArrayLike, axis: number) => {
    if (Array.isArray(item)) {
      if (axis >= lengths.length || item.length !== lengths[axis]) throw ragged(path, lengths, item);
      item.forEach((each, i) => {
        path.push(i);
        visit(each, axis + 1);
        path.pop();
      });
      return;
    }
    if (axis !== lengths.length) throw ragged(path, lengths, item);
    if (typeof item === 'boolean') booleans++;
    else if (typeof item !== 'number') throw notANumber(item);
    elements.push(Number(item));
  };
  visit(data, 0);
  return { elements, lengths, natural: booleans > 0 && booleans === elements.length ? 'bool' : 'float32' };
}

function tooDeep(): ManabiError {
  return new ManabiError(
    'shape',
    `\`data\` is nested more than ${MOST_AXES} levels deep. Check whether an array contains itself.`,
    {
      op: 'tensor',
      data: { most: MOST_AXES },
    },
  );
}

function ragged(path: readonly number[], lengths: readonly number[], item: ArrayLike): ManabiError {
  const axis = path.length;
  const expected = axis < lengths.length ? `an array of length ${lengths[axis]}` : 'a number';
  const given = Array.isArray(item) ? `an array of length ${item.length}` : formatGiven(item);
  return new ManabiError(
    'shape',
    `Nested arrays must have equal lengths on each axis: expected ${expected} at [${path.join('][')}], as in the first ` +
      `element; got ${given}. Pad or cut it.`,
    { op: 'tensor', data: { axis, lengths } },
  );
}

function notANumber(item: unknown): ManabiError {
  const kind = isTensor(item) ? 'a tensor' : describeGiven(item);
  return new ManabiError(
    'argument',
    `Elements must be numbers or booleans, in nested arrays or a typed array of a supported type; got ${kind}.${adviceFor(item)}`,
    { op: 'tensor', data: { element: kind } },
  );
}

function adviceFor(item: unknown): string {
  if (isTensor(item)) return ' Join tensors with stack([a, b]); copy one with clone(x).';
  if (item instanceof BigInt64Array || item instanceof BigUint64Array) {
    return ' Convert it: Int32Array.from(array, Number).';
  }
  if (ArrayBuffer.isView(item))
    return ' Convert each row: rows.map((row) => [...row]), or pass one typed array and `shape`.';
  return ` ${adviceOn(item)}`.trimEnd();
}

function checkElement(value: number, dtype: DType, index: number, op = 'tensor'): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  const { min, max } = dtypes[dtype];
  if (!isInteger(dtype) || (Number.isInteger(value) && value >= min && value <= max)) return value;
  throw new ManabiError(
    'value',
    `Element ${index} must be an integer in [${min}, ${max}] for ${dtype}; got ${value}. Round or clip it, or choose ` +
      'another dtype.',
    { op, data: { index, value, dtype } },
  );
}

/** Whether a value is a typed array of a type that tensors support. */
export function isElementArray(value: unknown): value is ElementArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Uint8Array
  );
}

/**
 * Returns the dtype that corresponds to the type of a typed array. For a `Uint8Array`, which can also contain bools,
 * this is uint8.
 */
export function dtypeOfArray(array: ElementArray): DType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  return array instanceof Uint32Array ? 'uint32' : 'uint8';
}

/**
 * Creates a tensor from a host array without copying. The array must not be changed afterwards.
 *
 * @throws ManabiError `shape` or `dtype` if dtype, shape and data are inconsistent
 * @example
 * ```ts
 * import { fromHost } from 'manabi';
 *
 * console.log(await fromHost({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }).array()); // [1, 2]
 * ```
 */
export function fromHost(array: HostArray): Tensor {
  checkHostArray('fromHost', array);
  const { dtype, shape, data } = array;
  return tensorOnHost({ dtype, shape: [...shape], data });
}

/**
 * Creates a tensor of rank 0 from a number or a boolean. Default dtype: float32 for a number, bool for a boolean.
 *
 * @throws ManabiError `value` if the dtype cannot represent the number
 * @example
 * ```ts
 * import { scalar } from 'manabi';
 *
 * console.log(await scalar(3, { dtype: 'int32' }).item()); // 3
 * ```
 */
export function scalar(value: number | boolean, options?: DTypeOptions): Tensor {
  const dtype = dtypeIn('scalar', options);
  return new Tensor(scalarValue('scalar', value, dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32')));
}

/**
 * Creates a tensor of zeros (false for bool). Default dtype: float32.
 *
 * @throws ManabiError `argument` or `shape` for an invalid shape; `dtype` for an unknown dtype
 * @example
 * ```ts
 * import { zeros } from 'manabi';
 *
 * console.log(await zeros([2, 3]).array()); // [[0, 0, 0], [0, 0, 0]]
 * ```
 */
export function zeros(shape: Shape, options?: DTypeOptions): Tensor {
  return constant(checkedShape('zeros', shape), dtypeIn('zeros', options) ?? 'float32', 0);
}

/**
 * Creates a tensor of ones (true for bool). Default dtype: float32.
 *
 * @throws ManabiError `argument` or `shape` for an invalid shape; `dtype` for an unknown dtype
 * @example
 * ```ts
 * import { ones } from 'manabi';
 *
 * console.log(await ones([2], { dtype: 'int32' }).array()); // [1, 1]
 * ```
 */
export function ones(shape: Shape, options?: DTypeOptions): Tensor {
  return constant(checkedShape('ones', shape), dtypeIn('ones', options) ?? 'float32', 1);
}

function constant(shape: Shape, dtype: DType, value: number): Tensor {
  return new Tensor(emitOne('constant', [], { dtype, shape, value }));
}

/**
 * Creates a tensor in which all elements have the same value. Default dtype: that of the value, float32 for numbers.
 *
 * @param value number, boolean, or tensor that broadcasts to `shape`
 * @throws ManabiError `shape` for an invalid shape, or if `value` does not broadcast to it; `dtype` for an unknown
 * dtype; `argument` for other values
 * @example
 * ```ts
 * import { full } from 'manabi';
 *
 * console.log(await full([2, 2], 0.5).array()); // [[0.5, 0.5], [0.5, 0.5]]
 * ```
 */
export function full(shape: Shape, value: number | boolean | Tensor, options?: DTypeOptions): Tensor {
  const dtype = dtypeIn('full', options);
  const targetShape = checkedShape('full', shape);
  if (!isTensor(value)) return new Tensor(expandTo(lazyOf(scalar(value, { dtype })), targetShape));
  return new Tensor(expandTo(valueAs('full', lazyOf(value), dtype ?? value.dtype), targetShape));
}

/**
 * Creates a tensor of zeros with the shape of x. Default dtype: that of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, and for unknown options; `dtype` for an unknown dtype
 * @example
 * ```ts
 * import { tensor, zerosLike } from 'manabi';
 *
 * console.log(await zerosLike(tensor([1, 2])).array()); // [0, 0]
 * ```
 */
export function zerosLike(x: Tensor, options?: DTypeOptions): Tensor {
  const { shape, dtype } = readArgument('zerosLike', 'x', x, tensorKind);
  return constant(shape, dtypeIn('zerosLike', options) ?? dtype, 0);
}

/**
 * Creates a tensor of ones with the shape of x. Default dtype: that of x.
 *
 * @throws ManabiError `argument` unless x is a tensor, and for unknown options; `dtype` for an unknown dtype
 * @example
 * ```ts
 * import { onesLike, tensor } from 'manabi';
 *
 * console.log(await onesLike(tensor([3, 4])).array()); // [1, 1]
 * ```
 */
export function onesLike(x: Tensor, options?: DTypeOptions): Tensor {
  const { shape, dtype } = readArgument('onesLike', 'x', x, tensorKind);
  return constant(shape, dtypeIn('onesLike', options) ?? dtype, 1);
}

/**
 * Creates a tensor with the shape of x in which all elements have the same value. Default dtype: that of x.
 *
 * @throws ManabiError `shape` if `value` does not broadcast to the shape of x; `dtype` for an unknown dtype; `argument`
 * unless x is a tensor
 * @example
 * ```ts
 * import { fullLike, tensor } from 'manabi';
 *
 * console.log(await fullLike(tensor([1, 2]), 7).array()); // [7, 7]
 * ```
 */
export function fullLike(x: Tensor, value: number | boolean | Tensor, options?: DTypeOptions): Tensor {
  const { shape, dtype } = readArgument('fullLike', 'x', x, tensorKind);
  return full(shape, value, { dtype: dtypeIn('fullLike', options) ?? dtype });
}

const stepKind = kind(
  'a finite number other than 0',
  (given): given is number => Number.isFinite(given) && given !== 0,
);

/**
 * Creates a sequence of numbers from `start` (inclusive) to `stop` (exclusive); with one argument, from 0 to `start`
 * (NumPy `arange`). Default dtype: float32, also for integers. The result has rank 1.
 *
 * @param step difference between successive numbers, other than 0. Default: 1
 * @throws ManabiError `argument` for a step of 0 or numbers that are not finite
 * @example
 * ```ts
 * import { arange } from 'manabi';
 *
 * console.log(await arange(3).array()); // [0, 1, 2]
 * console.log(await arange(1, 8, 3).array()); // [1, 4, 7]
 * ```
 */
export function arange(start: number, stop?: number, step = 1, options?: DTypeOptions): Tensor {
  const dtype = dtypeIn('arange', options) ?? 'float32';
  const first = readArgument('arange', 'start', start, number());
  const last = readArgument('arange', 'stop', stop, optional(number()));
  const [from, to] = last === undefined ? [0, first] : [first, last];
  readArgument('arange', 'step', step, stepKind);
  const shape = checkedShape('arange', [Math.max(0, Math.ceil((to - from) / step))]);
  const positions = new Tensor(emitOne('iota', [], { dtype, shape, axis: 0 }));
  const spaced = step === 1 ? positions : mul(positions, step);
  return from === 0 ? spaced : add(spaced, from);
}

/**
 * Validator of the argument `count` of `linspace`. The count is limited because the numbers are computed in JavaScript.
 */
const countKind = integer({ min: 0, max: 2 ** 26 });

/**
 * Creates `count` evenly spaced numbers from `start` to `stop`, both inclusive (NumPy `linspace`). In integer dtypes
 * the numbers are rounded down; in bool all numbers except 0 are true.
 *
 * @param count number of elements. Default: 50; at most 2^26
 * @throws ManabiError `shape` unless `count` is a non-negative integer; `argument` for a larger count, or if `start` or
 * `stop` is not finite; `value` for numbers that the dtype cannot represent
 * @example
 * ```ts
 * import { linspace } from 'manabi';
 *
 * console.log(await linspace(0, 1, 5).array()); // [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace(start: number, stop: number, count = 50, options?: DTypeOptions): Tensor {
  const dtype = dtypeIn('linspace', options) ?? 'float32';
  readArgument('linspace', 'start', start, number());
  readArgument('linspace', 'stop', stop, number());
  const shape = checkedShape('linspace', [count]);
  readArgument('linspace', 'count', count, countKind);
  const data = newElements('linspace', { dtype, shape });
  for (let i = 0; i < count; i++) {
    const value = i === count - 1 && i > 0 ? stop : start + (i * (stop - start)) / (count - 1 || 1);
    data[i] = checkElement(isInteger(dtype) ? Math.floor(value) : value, dtype, i, 'linspace');
  }
  return tensorOnHost({ dtype, shape, data });
}

/** Options of `eye`. */
export interface EyeOptions extends DTypeOptions {
  /** Index of the diagonal with ones: 0 for the main diagonal, positive above it, negative below it. Default: 0. */
  readonly k?: number;
}

const eyeKinds = { ...dtypeKinds, k: optional(integer(), 0) } satisfies KindsOf<EyeOptions>;

/**
 * Creates a matrix of shape [rows, columns] with ones on one diagonal and zeros elsewhere (NumPy `eye`).
 *
 * @param columns number of columns. Default: `rows`
 * @throws ManabiError `shape` unless `rows` and `columns` are integers of at least 0; `argument` for invalid options
 * @example
 * ```ts
 * import { eye } from 'manabi';
 *
 * console.log(await eye(2).array()); // [[1, 0], [0, 1]]
 * console.log(await eye(2, 3, { k: 1 }).array()); // [[0, 1, 0], [0, 0, 1]]
 * ```
 */
export function eye(rows: number, columns = rows, options?: EyeOptions): Tensor {
  const { k, dtype = 'float32' } = optionsOf('eye', options, eyeKinds);
  checkedShape('eye', [rows, columns]);
  return new Tensor(composite('eye', [], { rows, columns, diagonal: k, dtype }));
}
