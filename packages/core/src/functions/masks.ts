import { type DType, ManabiError } from '@manabi/ir';
import { emitOne } from '../lazy/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { normalizeAxis } from './axis.ts';
import { equal, greaterEqual, lessEqual, where } from './comparison.ts';
import { diagonalMask } from './creation.ts';
import { asIndices, asTensor, asValue, castTo, fixed, type TensorLike } from './operand.ts';
import { expandDims } from './shape.ts';

/**
 * The lower triangle of the last two axes: zero above diagonal k.
 *
 * @throws ManabiError `shape` for fewer than two axes
 */
export function tril(x: TensorLike, k = 0): Tensor {
  return triangle('tril', lessEqual, x, k);
}

/** The upper triangle of the last two axes: zero below diagonal k. */
export function triu(x: TensorLike, k = 0): Tensor {
  return triangle('triu', greaterEqual, x, k);
}

function triangle(op: string, compare: (a: Tensor, b: Tensor) => Tensor, x: TensorLike, k: number): Tensor {
  const value = asTensor(op, x);
  if (value.rank < 2) {
    throw new ManabiError('shape', `A triangle needs two axes, but the tensor has ${value.rank}.`, {
      op,
      data: { shape: value.shape },
    });
  }
  return where(diagonalMask(compare, value.shape.slice(-2), k), value, fixed(0, value));
}

/** How `oneHot` marks. */
export interface OneHotOptions {
  /** By default float32. */
  readonly dtype?: DType;
  /** Where the new axis stands; by default -1, last. */
  readonly axis?: number;
}

/**
 * 1 at the place that each index names on a new axis of length `depth`, 0 elsewhere; indices outside mark nothing.
 *
 * @throws ManabiError `dtype` for indices that are no integers
 * @example `oneHot(labels, 10)` // [batch] to [batch, 10]
 */
export function oneHot(
  indices: TensorLike,
  depth: number,
  { dtype = 'float32', axis = -1 }: OneHotOptions = {},
): Tensor {
  const places = new Tensor(asIndices('oneHot', asValue('oneHot', indices)));
  const along = normalizeAxis('oneHot', axis, places.rank + 1);
  const spread = expandDims(places, along);
  const shape = spread.shape.with(along, depth);
  const steps = new Tensor(emitOne('iota', [], { dtype: 'int32', shape, axis: along }));
  return new Tensor(castTo(lazyOf(equal(spread, steps)), dtype));
}
