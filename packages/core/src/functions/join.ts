import { anyOf, count, integer, listOf, ManabiError, positiveInteger, readArgument } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { equalShapes, formatShape } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { normalizeAxis } from './axis.ts';
import { expandTo } from './broadcast.ts';
import { asTensor, promote, type TensorLike } from './operand.ts';
import { expandDims, reshape } from './shape.ts';
import { slice } from './slice.ts';

/**
 * Joins tensors along an existing axis (NumPy `concatenate`).
 *
 * @param axis axis along which to join, or null to join all elements in row-major order. Default: 0
 * @throws ManabiError `shape` if lengths differ on other axes; `argument` unless `tensors` is a non-empty array
 * @example
 * ```ts
 * import { concatenate, tensor } from 'manabi';
 *
 * console.log(await concatenate([tensor([[1, 2]]), tensor([[3, 4]])]).array()); // [[1, 2], [3, 4]]
 * console.log(await concatenate([tensor([[1, 2]]), tensor([[3, 4]])], 1).array()); // [[1, 2, 3, 4]]
 * ```
 */
export function concatenate(tensors: readonly TensorLike[], axis: number | null = 0): Tensor {
  const values = promoted('concatenate', tensors).map((each) => (axis === null ? flat(each) : each));
  const along = normalizeAxis('concatenate', axis ?? 0, values[0].rank);
  checkJoinable(values, along);
  if (values.length === 1) return aliasOf(lazyOf(values[0]));
  return new Tensor(emitOne('concat', values.map(lazyOf), { axis: along }));
}

/**
 * Joins tensors of equal shape along a new axis (NumPy `stack`).
 *
 * @param axis position of the new axis in the result. Default: 0
 * @throws ManabiError `shape` if shapes differ; `argument` unless `tensors` is a non-empty array
 * @example
 * ```ts
 * import { stack, tensor } from 'manabi';
 *
 * console.log(await stack([tensor([1, 2]), tensor([3, 4])]).array()); // [[1, 2], [3, 4]]
 * console.log(await stack([tensor([1, 2]), tensor([3, 4])], 1).array()); // [[1, 3], [2, 4]]
 * ```
 */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  const values = promoted('stack', tensors);
  const other = values.find(({ shape }) => !equalShapes(shape, values[0].shape));
  if (other !== undefined) {
    throw new ManabiError(
      'shape',
      `Cannot stack shapes ${formatShape(values[0].shape)} and ${formatShape(other.shape)}: all shapes must be equal. Pad ` +
        'the shorter tensor, or join along an existing axis with concatenate().',
      { op: 'stack', data: { shapes: values.map(({ shape }) => shape), axis } },
    );
  }
  const along = normalizeAxis('stack', axis, values[0].rank + 1);
  return concatenate(
    values.map((each) => expandDims(each, along)),
    along,
  );
}

function flat(x: Tensor): Tensor {
  return reshape(x, [x.size]);
}

function promoted(op: string, tensors: readonly TensorLike[]): Tensor[] {
  if (!Array.isArray(tensors)) {
    const given = isTensor(tensors) ? 'a tensor' : describeGiven(tensors);
    throw new ManabiError('argument', `\`tensors\` must be an array, as in ${op}([a, b]); got ${given}.`, {
      op,
      data: { given },
    });
  }
  if (tensors.length > 0) return promote(op, Array.from(tensors)).map((value) => new Tensor(value));
  throw new ManabiError('argument', '`tensors` must contain at least one tensor; got an empty array.', {
    op,
    data: { given: 0 },
  });
}

function checkJoinable(values: readonly Tensor[], along: number): void {
  const [first] = values;
  const other = values.find(
    ({ rank, shape }) =>
      rank !== first.rank || shape.some((length, axis) => axis !== along && length !== first.shape[axis]),
  );
  if (other === undefined) return;
  throw new ManabiError(
    'shape',
    `Cannot concatenate shapes ${formatShape(first.shape)} and ${formatShape(other.shape)} along axis ${along}: the ` +
      'lengths of all other axes must be equal.',
    { op: 'concatenate', data: { shapes: values.map(({ shape }) => shape), axis: along } },
  );
}

/**
 * Splits a tensor along an axis (NumPy `split`).
 *
 * @param sections number of parts of equal length, or the positions at which to cut the axis
 * @param axis axis to split. Default: 0
 * @throws ManabiError `shape` if the number of parts does not divide the length; `axis` for an invalid axis; `argument`
 * for invalid `sections`
 * @example
 * ```ts
 * import { arange, split } from 'manabi';
 *
 * const [, second] = split(arange(6), 3);
 * console.log(await second.array()); // [2, 3]
 * console.log(split(arange(6), [1, 4]).map(({ shape }) => shape[0])); // [1, 3, 2]
 * ```
 */
export function split(x: TensorLike, sections: number | readonly number[], axis = 0): Tensor[] {
  const value = asTensor('split', x);
  const along = normalizeAxis('split', axis, value.rank);
  const length = value.shape[along];
  readArgument('split', 'sections', sections, sectionsKind);
  const cuts = typeof sections === 'number' ? evenCuts(value, sections, along) : sections;
  const bounds = [0, ...cuts.map((cut) => Math.min(Math.max(cut < 0 ? cut + length : cut, 0), length)), length];
  return bounds.slice(1).map((end, i) => {
    const start = value.shape.map((_, each) => (each === along ? bounds[i] : 0));
    return slice(value, start, value.shape.with(along, Math.max(0, end - bounds[i])));
  });
}

const sectionsKind = anyOf(positiveInteger, listOf(integer()));

function evenCuts({ shape }: Tensor, sections: number, axis: number): number[] {
  const each = shape[axis] / sections;
  if (Number.isInteger(sections) && sections > 0 && Number.isInteger(each)) {
    return Array.from({ length: sections - 1 }, (_, i) => (i + 1) * each);
  }
  throw new ManabiError(
    'shape',
    `Cannot split axis ${axis} of ${formatShape(shape)} into ${sections} equal parts: its length is ${shape[axis]}. Pass ` +
      'the positions to cut at: split(x, [2, 5]).',
    { op: 'split', data: { shape, axis, sections } },
  );
}

const repeatsKind = listOf(count);

/**
 * Repeats a whole tensor along its axes (NumPy `tile`). If `repeats` has fewer entries than x has axes, ones are added
 * in front of `repeats`; if it has more, axes of length 1 are added in front of x.
 *
 * @param repeats number of repetitions along the last axis, or one number per axis
 * @throws ManabiError `argument` unless `repeats` consists of integers of at least 0
 * @example
 * ```ts
 * import { tensor, tile } from 'manabi';
 *
 * console.log(await tile(tensor([1, 2]), 2).array()); // [1, 2, 1, 2]
 * console.log(await tile(tensor([1, 2]), [2, 1]).array()); // [[1, 2], [1, 2]]
 * ```
 */
export function tile(x: TensorLike, repeats: number | readonly number[]): Tensor {
  const value = asTensor('tile', x);
  const given = readArgument('tile', 'repeats', Array.isArray(repeats) ? repeats : [repeats], repeatsKind);
  const rank = Math.max(given.length, value.rank);
  const times = [...Array(rank - given.length).fill(1), ...given];
  const lengths = [...Array(rank - value.rank).fill(1), ...value.shape];
  // Each axis is broadcast to two axes [times, length], and these are merged into one.
  const pairs = lengths.flatMap((length, axis) => [times[axis], length]);
  const spread = reshape(
    value,
    lengths.flatMap((length) => [1, length]),
  );
  return reshape(
    new Tensor(expandTo(lazyOf(spread), pairs)),
    lengths.map((length, axis) => length * times[axis]),
  );
}

/**
 * Repeats each element along an axis (NumPy `repeat`).
 *
 * @param times number of repetitions of each element
 * @param axis axis along which to repeat, or null for all elements in row-major order. Default: null
 * @throws ManabiError `axis` for an invalid axis; `argument` unless `times` is an integer of at least 0
 * @example
 * ```ts
 * import { repeat, tensor } from 'manabi';
 *
 * console.log(await repeat(tensor([1, 2]), 2).array()); // [1, 1, 2, 2]
 * console.log(await repeat(tensor([[1, 2]]), 2, 0).array()); // [[1, 2], [1, 2]]
 * ```
 */
export function repeat(x: TensorLike, times: number, axis: number | null = null): Tensor {
  const value = axis === null ? flat(asTensor('repeat', x)) : asTensor('repeat', x);
  readArgument('repeat', 'times', times, count);
  const along = normalizeAxis('repeat', axis ?? 0, value.rank);
  const { shape } = value;
  const spread = expandDims(value, along + 1);
  const repeated = expandTo(lazyOf(spread), [...shape.slice(0, along + 1), times, ...shape.slice(along + 1)]);
  return reshape(new Tensor(repeated), shape.with(along, shape[along] * times));
}
