import {
  anyOf,
  count,
  describeGiven,
  integer,
  listOf,
  ManabiError,
  positiveInteger,
  readArgument,
} from '@manabi/errors';
import { equalShapes, formatShape } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { normalizeAxis } from './axis.ts';
import { expandTo } from './broadcast.ts';
import { asTensor, promote, type TensorLike } from './operand.ts';
import { expandDims, reshape } from './shape.ts';
import { slice } from './slice.ts';

/**
 * Tensors one after the other along an axis; `null` joins their elements on one axis.
 *
 * @throws ManabiError `shape` if other lengths differ; `argument` if there are none, or they are not in a list
 * @example `concatenate([a, b], 1)`
 */
export function concatenate(tensors: readonly TensorLike[], axis: number | null = 0): Tensor {
  const values = promoted('concatenate', tensors).map((each) => (axis === null ? flat(each) : each));
  const along = normalizeAxis('concatenate', axis ?? 0, values[0].rank);
  checkJoinable(values, along);
  if (values.length === 1) return aliasOf(lazyOf(values[0]));
  return new Tensor(emitOne('concat', values.map(lazyOf), { axis: along }));
}

/**
 * Tensors of one shape along a new axis.
 *
 * @throws ManabiError `shape` if shapes differ; `argument` if there are none, or they are not in a list
 * @example `stack([a, b])`
 */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  const values = promoted('stack', tensors);
  const other = values.find(({ shape }) => !equalShapes(shape, values[0].shape));
  if (other !== undefined) {
    throw new ManabiError(
      'shape',
      `Shapes ${formatShape(values[0].shape)} and ${formatShape(other.shape)} cannot be stacked: all must be equal. Pad the ` +
        'shorter, or join them along an axis with concatenate.',
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
    throw new ManabiError('argument', `It takes a list, ${op}([a, b]), but ${given} was given.`, {
      op,
      data: { given },
    });
  }
  if (tensors.length > 0) return promote(op, Array.from(tensors)).map((value) => new Tensor(value));
  throw new ManabiError('argument', 'There is nothing to join: give at least one tensor.', { op, data: { given: 0 } });
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
    `Shapes ${formatShape(first.shape)} and ${formatShape(other.shape)} cannot be joined along axis ${along}: all other ` +
      'lengths must be equal.',
    { op: 'concatenate', data: { shapes: values.map(({ shape }) => shape), axis: along } },
  );
}

/**
 * A tensor in parts along an axis: so many of equal length, or cut before these places.
 *
 * @throws ManabiError `shape` if the axis does not divide
 * @example `split(x, 3)`, `split(x, [2, 5], 1)`
 */
export function split(x: TensorLike, sections: number | readonly number[], axis = 0): Tensor[] {
  const value = asTensor('split', x);
  const along = normalizeAxis('split', axis, value.rank);
  const length = value.shape[along];
  readArgument('split', 'sections', sections, sectionsKind);
  const cuts = typeof sections === 'number' ? evenCuts(value, sections, along) : sections;
  const places = [0, ...cuts.map((cut) => Math.min(Math.max(cut < 0 ? cut + length : cut, 0), length)), length];
  return places.slice(1).map((end, i) => {
    const start = value.shape.map((_, each) => (each === along ? places[i] : 0));
    return slice(value, start, value.shape.with(along, Math.max(0, end - places[i])));
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
    `Axis ${axis} of ${formatShape(shape)} has length ${shape[axis]}, which ${sections} equal parts do not divide. ` +
      'Give the places to cut at: split(x, [2, 5]).',
    { op: 'split', data: { shape, axis, sections } },
  );
}

const repeatsKind = listOf(count);

/**
 * The whole tensor repeated, `repeats[i]` times along axis i; as in NumPy, the shorter of shape and `repeats` is filled
 * with 1 in front.
 */
export function tile(x: TensorLike, repeats: number | readonly number[]): Tensor {
  const value = asTensor('tile', x);
  const given = readArgument('tile', 'repeats', Array.isArray(repeats) ? repeats : [repeats], repeatsKind);
  const rank = Math.max(given.length, value.rank);
  const times = [...Array(rank - given.length).fill(1), ...given];
  const lengths = [...Array(rank - value.rank).fill(1), ...value.shape];
  // Each axis becomes (times, length), is repeated, and joined again.
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

/** Each element repeated so many times along an axis, or, if none is named, of all elements in row-major order. */
export function repeat(x: TensorLike, times: number, axis: number | null = null): Tensor {
  const value = axis === null ? flat(asTensor('repeat', x)) : asTensor('repeat', x);
  readArgument('repeat', 'times', times, count);
  const along = normalizeAxis('repeat', axis ?? 0, value.rank);
  const { shape } = value;
  const spread = expandDims(value, along + 1);
  const repeated = expandTo(lazyOf(spread), [...shape.slice(0, along + 1), times, ...shape.slice(along + 1)]);
  return reshape(new Tensor(repeated), shape.with(along, shape[along] * times));
}
