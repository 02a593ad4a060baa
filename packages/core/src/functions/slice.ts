import { count, listOf, ManabiError, readArgument } from '@manabi/errors';
import { formatShape } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { checkIntegers, tensorLike } from './argument-kinds.ts';
import { asIndices, asTensor, asValue, promote, scalarValue, type TensorLike } from './operand.ts';

/**
 * A block of a tensor: `size[i]` elements from `start[i]` on, on each axis; a negative start counts from the end, and a
 * size of -1 is what is left.
 *
 * @throws ManabiError `shape` if the block does not lie within the tensor
 * @example `slice(x, [0, 2], [-1, 3])`
 */
export function slice(x: TensorLike, start: readonly number[], size: readonly number[]): Tensor {
  const value = asTensor('slice', x);
  const { shape } = value;
  checkIntegers('slice', 'start', start);
  checkIntegers('slice', 'size', size);
  const low = start.map((place, axis) => (place < 0 ? place + shape[axis] : place));
  const high = low.map((place, axis) => (size[axis] === -1 ? shape[axis] : place + size[axis]));
  const fits =
    start.length === shape.length &&
    size.length === shape.length &&
    shape.every((length, axis) => isRange(low[axis], high[axis], length));
  if (!fits) {
    throw new ManabiError(
      'shape',
      `The block of ${formatShape(size)} elements from ${formatShape(start)} on does not lie within ` +
        `${formatShape(shape)}. Give one start and one size for each axis; -1 is the rest of an axis.`,
      { op: 'slice', data: { shape, start, size } },
    );
  }
  if (shape.every((length, axis) => low[axis] === 0 && high[axis] === length)) return aliasOf(lazyOf(value));
  return strided(
    value,
    low,
    high,
    shape.map(() => 1),
  );
}

function isRange(low: number, high: number, length: number): boolean {
  return Number.isInteger(low) && Number.isInteger(high) && low >= 0 && low <= high && high <= length;
}

/** Every `step`-th element from low up to, without, high. */
export function strided(x: Tensor, low: readonly number[], high: readonly number[], step: readonly number[]): Tensor {
  return new Tensor(emitOne('slice', [lazyOf(x)], { start: low, limit: high, step }));
}

/** Where a block starts: an int32 tensor with an entry per axis, or numbers and scalar tensors. */
export type Starts = Tensor | readonly TensorLike[];

/**
 * A block of fixed size whose place is known when it runs; it is moved so that it lies within the tensor.
 *
 * @throws ManabiError `shape` if the block is larger than the tensor; `dtype` unless the starts are integers
 * @example `dynamicSlice(sequence, [step, 0], [1, features])`
 */
export function dynamicSlice(x: TensorLike, starts: Starts, sizes: readonly number[]): Tensor {
  const value = asValue('dynamicSlice', x);
  const lengths = readArgument('dynamicSlice', 'sizes', sizes, lengthsKind);
  return new Tensor(emitOne('dynamicSlice', [value, startsOf('dynamicSlice', starts)], { sizes: lengths }));
}

/** The tensor with a block replaced, at a place known when it runs, moved so that it lies within the tensor. */
export function dynamicUpdateSlice(x: TensorLike, update: TensorLike, starts: Starts): Tensor {
  const [value, block] = promote('dynamicUpdateSlice', [x, update]);
  return new Tensor(emitOne('dynamicUpdateSlice', [value, block, startsOf('dynamicUpdateSlice', starts)], {}));
}

const lengthsKind = listOf(count);
const startsKind = listOf(tensorLike);

function startsOf(op: string, starts: Starts): LazyValue {
  if (isTensor(starts)) return asIndices(op, lazyOf(starts));
  const places = readArgument(op, 'starts', starts, startsKind).map((start) => {
    const place =
      typeof start === 'number'
        ? scalarValue(op, start, 'int32')
        : asIndices(op, isTensor(start) ? lazyOf(start) : asValue(op, start));
    return emitOne('reshape', [place], { shape: [1] });
  });
  return places.length === 0
    ? emitOne('constant', [], { dtype: 'int32', shape: [0], value: [] })
    : emitOne('concat', places, { axis: 0 });
}
