import {
  adviceOn,
  describeGiven,
  integer,
  type KindsOf,
  kind,
  ManabiError,
  number,
  optional,
  readArgument,
} from '@manabi/errors';
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

/** What `tensor` takes: a number or boolean, nested arrays of them, or a typed array. */
export type ArrayLike = number | boolean | ElementArray | readonly ArrayLike[];

/** How elements are stored. */
export interface DTypeOptions {
  readonly dtype?: DType;
}

const dtypeKinds = { dtype: optional(dtypeKind) } satisfies KindsOf<DTypeOptions>;

/** The dtype that options ask for, if any; they may come from plain JavaScript. */
function dtypeIn(op: string, options: DTypeOptions | undefined): DType | undefined {
  return optionsOf(op, options, dtypeKinds).dtype;
}

/** What `tensor` takes beside the elements. */
export interface TensorOptions extends DTypeOptions {
  /** Of a typed or flat array, if it is not flat. */
  readonly shape?: Shape;
}

const tensorKinds = { ...dtypeKinds, shape: optional(shapeKind) } satisfies KindsOf<TensorOptions>;

/**
 * A tensor from numbers or booleans, nested arrays of them (all of one length on each axis), or a typed array, which is
 * copied. Without a dtype, numbers are float32, booleans bool, and typed arrays keep theirs (uint8 for `Uint8Array`).
 *
 * @throws ManabiError `shape` for ragged arrays or a shape that does not fit; `value` for numbers that the dtype cannot
 * hold; `argument` for anything else in the arrays
 * @example `tensor([[1, 2], [3, 4]])`, `tensor(new Float32Array(6), { shape: [2, 3] })`
 */
export function tensor(data: ArrayLike, options?: TensorOptions): Tensor {
  const { dtype, shape } = optionsOf('tensor', options, tensorKinds);
  const { elements, lengths, natural } = gather(data);
  const kind = dtype ?? natural;
  const array = dtypes[kind].create(elements.length);
  if (array.constructor === elements.constructor && ArrayBuffer.isView(elements)) array.set(elements);
  else for (let i = 0; i < elements.length; i++) array[i] = checkElement(elements[i], kind, i);
  const wanted = shape ?? lengths;
  if (sizeOf(wanted) !== elements.length) {
    throw new ManabiError(
      'shape',
      `${elements.length} elements do not fill shape ${formatShape(wanted)}, which has ${sizeOf(wanted)}. Give as many.`,
      { op: 'tensor', data: { shape: wanted, length: elements.length } },
    );
  }
  return tensorOnHost({ dtype: kind, shape: [...wanted], data: array });
}

/** Lists are not nested deeper than this, as in NumPy; one that is contains itself. */
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
  const visit = (item: ArrayLike, axis: number) => {
    if (Array.isArray(item)) {
      if (axis >= lengths.length || item.length !== lengths[axis]) throw ragged(axis, lengths);
      for (const each of item) visit(each, axis + 1);
      return;
    }
    if (axis !== lengths.length) throw ragged(axis, lengths);
    if (typeof item === 'boolean') booleans++;
    else if (typeof item !== 'number') throw notANumber(item);
    elements.push(Number(item));
  };
  visit(data, 0);
  return { elements, lengths, natural: booleans > 0 && booleans === elements.length ? 'bool' : 'float32' };
}

function tooDeep(): ManabiError {
  return new ManabiError('shape', `Lists may be nested at most ${MOST_AXES} deep. Does the list contain itself?`, {
    op: 'tensor',
    data: { most: MOST_AXES },
  });
}

function ragged(axis: number, lengths: readonly number[]): ManabiError {
  return new ManabiError(
    'shape',
    `Nested arrays must have one length on each axis, but at depth ${axis} one differs from ${lengths[axis] ?? 'a number'}. ` +
      'Pad the shorter ones.',
    { op: 'tensor', data: { axis, lengths } },
  );
}

function notANumber(item: unknown): ManabiError {
  const kind = isTensor(item) ? 'a tensor' : describeGiven(item);
  return new ManabiError(
    'argument',
    `An element is ${kind}, but elements are numbers or booleans, in lists or in an array of a kind that a dtype has.${adviceFor(item)}`,
    { op: 'tensor', data: { element: kind } },
  );
}

function adviceFor(item: unknown): string {
  if (isTensor(item)) return ' Join tensors with stack([…]); copy one with clone(x).';
  if (ArrayBuffer.isView(item)) return ' Copy it into one: Int32Array.from(array, Number).';
  return ` ${adviceOn(item)}`.trimEnd();
}

function checkElement(value: number, dtype: DType, index: number, op = 'tensor'): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  const { min, max } = dtypes[dtype];
  if (!isInteger(dtype) || (Number.isInteger(value) && value >= min && value <= max)) return value;
  throw new ManabiError(
    'value',
    `Element ${index} is ${value}, but ${dtype} holds whole numbers from ${min} to ${max}. Round or clip it, or choose ` +
      'another dtype.',
    { op, data: { index, value, dtype } },
  );
}

/** Whether something is a typed array of a kind that holds elements. */
export function isElementArray(thing: unknown): thing is ElementArray {
  return (
    thing instanceof Float32Array ||
    thing instanceof Float64Array ||
    thing instanceof Int32Array ||
    thing instanceof Uint32Array ||
    thing instanceof Uint8Array
  );
}

/** The dtype that a typed array keeps: uint8 for bytes, since bool shares their kind of array. */
export function dtypeOfArray(array: ElementArray): DType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  return array instanceof Uint32Array ? 'uint32' : 'uint8';
}

/**
 * A tensor over a host array, which is not copied and must not be changed any more.
 *
 * @throws ManabiError `shape` or `dtype` if the array's parts do not fit together
 */
export function fromHost(array: HostArray): Tensor {
  checkHostArray('fromHost', array);
  const { dtype, shape, data } = array;
  return tensorOnHost({ dtype, shape: [...shape], data });
}

/**
 * A number or boolean as a tensor without axes.
 *
 * @throws ManabiError `value` if the dtype cannot hold it
 */
export function scalar(value: number | boolean, options?: DTypeOptions): Tensor {
  const dtype = dtypeIn('scalar', options);
  return new Tensor(scalarValue('scalar', value, dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32')));
}

/**
 * A tensor of zeros (false for bool).
 *
 * @throws ManabiError `argument` for a shape that is no list; `shape`; `dtype`
 * @example `zeros([2, 3])`, `zeros([], { dtype: 'int32' })`
 */
export function zeros(shape: Shape, options?: DTypeOptions): Tensor {
  return constant(checkedShape('zeros', shape), dtypeIn('zeros', options) ?? 'float32', 0);
}

/** A tensor of ones (true for bool). */
export function ones(shape: Shape, options?: DTypeOptions): Tensor {
  return constant(checkedShape('ones', shape), dtypeIn('ones', options) ?? 'float32', 1);
}

function constant(shape: Shape, dtype: DType, value: number): Tensor {
  return new Tensor(emitOne('constant', [], { dtype, shape, value }));
}

/** A tensor with one number everywhere. */
export function full(shape: Shape, value: number | boolean | Tensor, options?: DTypeOptions): Tensor {
  const dtype = dtypeIn('full', options);
  const wanted = checkedShape('full', shape);
  if (!isTensor(value)) return new Tensor(expandTo(lazyOf(scalar(value, { dtype })), wanted));
  return new Tensor(expandTo(valueAs('full', lazyOf(value), dtype ?? value.dtype), wanted));
}

/** Zeros in the shape and, unless another is given, the dtype of a tensor. */
export function zerosLike(x: Tensor, options?: DTypeOptions): Tensor {
  const { shape, dtype } = readArgument('zerosLike', 'x', x, tensorKind);
  return constant(shape, dtypeIn('zerosLike', options) ?? dtype, 0);
}

/** Ones in the shape and, unless another is given, the dtype of a tensor. */
export function onesLike(x: Tensor, options?: DTypeOptions): Tensor {
  const { shape, dtype } = readArgument('onesLike', 'x', x, tensorKind);
  return constant(shape, dtypeIn('onesLike', options) ?? dtype, 1);
}

/** One number in the shape and, unless another is given, the dtype of a tensor. */
export function fullLike(x: Tensor, value: number | boolean | Tensor, options?: DTypeOptions): Tensor {
  const { shape, dtype } = readArgument('fullLike', 'x', x, tensorKind);
  return full(shape, value, { dtype: dtypeIn('fullLike', options) ?? dtype });
}

const stepKind = kind(
  'a finite number other than 0',
  (given): given is number => Number.isFinite(given) && given !== 0,
);

/**
 * Numbers from start up to, without, stop: `arange(3)` is 0, 1, 2. float32 unless another dtype is given.
 *
 * @throws ManabiError `argument` for a step of 0 or numbers that are not finite
 */
export function arange(start: number, stop?: number, step = 1, options?: DTypeOptions): Tensor {
  const dtype = dtypeIn('arange', options) ?? 'float32';
  const first = readArgument('arange', 'start', start, number());
  const last = readArgument('arange', 'stop', stop, optional(number()));
  const [from, to] = last === undefined ? [0, first] : [first, last];
  readArgument('arange', 'step', step, stepKind);
  const shape = checkedShape('arange', [Math.max(0, Math.ceil((to - from) / step))]);
  const places = new Tensor(emitOne('iota', [], { dtype, shape, axis: 0 }));
  const spaced = step === 1 ? places : mul(places, step);
  return from === 0 ? spaced : add(spaced, from);
}

/** The numbers are made on the host, one by one. */
const countKind = integer({ min: 0, max: 2 ** 26 });

/**
 * Returns `count` numbers at equal distances from start to stop, both included. In integer dtypes they are rounded down
 * and in bool everything but 0 is true, as in NumPy.
 *
 * @throws ManabiError `shape` for a count that is not a non-negative integer; `argument` for one above 2^26, or ends that are not finite;
 * `value` for numbers that the dtype cannot hold
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

/** How `eye` is made. */
export interface EyeOptions extends DTypeOptions {
  /** Diagonals above the main one; by default 0. */
  readonly k?: number;
}

const eyeKinds = { ...dtypeKinds, k: optional(integer(), 0) } satisfies KindsOf<EyeOptions>;

/** Ones where the column is the row plus k, zeros elsewhere: [rows, columns], square unless columns are given. */
export function eye(rows: number, columns = rows, options?: EyeOptions): Tensor {
  const { k, dtype = 'float32' } = optionsOf('eye', options, eyeKinds);
  checkedShape('eye', [rows, columns]);
  return new Tensor(composite('eye', [], { rows, columns, diagonal: k, dtype }));
}
