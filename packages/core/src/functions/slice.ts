import { count, listOf, ManabiError, readArgument } from '@manabi/errors';
import { formatShape } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { checkIntegers, tensorLike } from './argument-kinds.ts';
import { asIndices, asTensor, asValue, promote, scalarValue, type TensorLike } from './operand.ts';

/**
 * Extracts a block of elements: along each axis i, `size[i]` elements from index `start[i]`.
 *
 * @param start first index per axis; negative indices count from the end
 * @param size number of elements per axis; -1 for all remaining elements of the axis
 * @throws ManabiError `shape` if the block exceeds the tensor; `argument` unless `start` and `size` are arrays of
 * integers
 * @example
 * ```ts
 * import { slice, tensor } from 'manabi';
 *
 * console.log(await slice(tensor([[1, 2, 3], [4, 5, 6]]), [0, 1], [-1, 2]).array()); // [[2, 3], [5, 6]]
 * ```
 */
export function slice(x: TensorLike, start: readonly number[], size: readonly number[]): Tensor {
  const value = asTensor('slice', x);
  const { shape } = value;
  checkIntegers('slice', 'start', start);
  checkIntegers('slice', 'size', size);
  const low = start.map((position, axis) => (position < 0 ? position + shape[axis] : position));
  const high = low.map((position, axis) => (size[axis] === -1 ? shape[axis] : position + size[axis]));
  const fits =
    start.length === shape.length &&
    size.length === shape.length &&
    shape.every((length, axis) => isRange(low[axis], high[axis], length));
  if (!fits) {
    throw new ManabiError(
      'shape',
      `The block of size ${formatShape(size)} at ${formatShape(start)} exceeds shape ${formatShape(shape)}. Pass one start ` +
        'and one size per axis; a size of -1 takes the rest of an axis.',
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

/** Extracts every `step`-th element along each axis, from index `low` (inclusive) to `high` (exclusive). */
export function strided(x: Tensor, low: readonly number[], high: readonly number[], step: readonly number[]): Tensor {
  return new Tensor(emitOne('slice', [lazyOf(x)], { start: low, limit: high, step }));
}

/**
 * First index of a block on each axis: an int32 tensor with one element per axis, or an array of numbers and scalar
 * tensors.
 */
export type Starts = Tensor | readonly TensorLike[];

/**
 * Extracts a block of fixed size whose position is computed at run time. If the block would extend beyond the tensor,
 * it is moved back so that it fits.
 *
 * @throws ManabiError `shape` if the block is larger than the tensor; `dtype` unless `starts` are integers
 * @example
 * ```ts
 * import { dynamicSlice, tensor } from 'manabi';
 *
 * const step = tensor(2, { dtype: 'int32' });
 * console.log(await dynamicSlice(tensor([10, 20, 30, 40]), [step], [2]).array()); // [30, 40]
 * ```
 */
export function dynamicSlice(x: TensorLike, starts: Starts, sizes: readonly number[]): Tensor {
  const value = asValue('dynamicSlice', x);
  const lengths = readArgument('dynamicSlice', 'sizes', sizes, lengthsKind);
  return new Tensor(emitOne('dynamicSlice', [value, startsOf('dynamicSlice', starts)], { sizes: lengths }));
}

/**
 * Returns a copy of x in which `update` replaces a block whose position is computed at run time. If the block would
 * extend beyond the tensor, it is moved back so that it fits.
 *
 * @throws ManabiError `shape` if the block is larger than the tensor; `dtype` unless `starts` are integers
 * @example
 * ```ts
 * import { dynamicUpdateSlice, tensor, zeros } from 'manabi';
 *
 * console.log(await dynamicUpdateSlice(zeros([4]), tensor([1, 2]), [1]).array()); // [0, 1, 2, 0]
 * ```
 */
export function dynamicUpdateSlice(x: TensorLike, update: TensorLike, starts: Starts): Tensor {
  const [value, block] = promote('dynamicUpdateSlice', [x, update]);
  return new Tensor(emitOne('dynamicUpdateSlice', [value, block, startsOf('dynamicUpdateSlice', starts)], {}));
}

const lengthsKind = listOf(count);
const startsKind = listOf(tensorLike);

function startsOf(op: string, starts: Starts): LazyValue {
  if (isTensor(starts)) return asIndices(op, lazyOf(starts));
  const positions = readArgument(op, 'starts', starts, startsKind).map((start) => {
    const position =
      typeof start === 'number'
        ? scalarValue(op, start, 'int32')
        : asIndices(op, isTensor(start) ? lazyOf(start) : asValue(op, start));
    return emitOne('reshape', [position], { shape: [1] });
  });
  return positions.length === 0
    ? emitOne('constant', [], { dtype: 'int32', shape: [0], value: [] })
    : emitOne('concat', positions, { axis: 0 });
}
