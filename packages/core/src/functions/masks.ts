import { count, integer, type KindsOf, optional, readArgument } from '@manabi/errors';
import { type DType, formatShape, ManabiError } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { axisKind, dtypeKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { composite } from './composite.ts';
import { asIndices, asNumeric, asValue, type TensorLike } from './operand.ts';

/**
 * The lower triangle of the last two axes: zero above diagonal k.
 *
 * @throws ManabiError `shape` for fewer than two axes
 */
export function tril(x: TensorLike, k = 0): Tensor {
  return triangle('tril', false, x, k);
}

/** The upper triangle of the last two axes: zero below diagonal k. */
export function triu(x: TensorLike, k = 0): Tensor {
  return triangle('triu', true, x, k);
}

function triangle(op: string, upper: boolean, x: TensorLike, k: number): Tensor {
  const value = asNumeric(op, x);
  const { shape } = value.type;
  readArgument(op, 'k', k, integer());
  if (shape.length < 2) {
    throw new ManabiError('shape', `A triangle needs two axes, but the tensor has shape ${formatShape(shape)}.`, {
      op,
      data: { shape },
    });
  }
  return new Tensor(composite('trilu', [value], { upper, diagonal: k }));
}

/** How `oneHot` marks. */
export interface OneHotOptions {
  /** By default float32. */
  readonly dtype?: DType;
  /** Where the new axis stands; by default -1, last. */
  readonly axis?: number;
}

const kinds = { dtype: optional(dtypeKind, 'float32'), axis: optional(axisKind, -1) } satisfies KindsOf<OneHotOptions>;

/**
 * 1 at the place that each index names on a new axis of length `depth`, 0 elsewhere; indices outside mark nothing.
 *
 * @throws ManabiError `dtype` for indices that are no integers
 * @example `oneHot(labels, 10)` // [batch] to [batch, 10]
 */
export function oneHot(indices: TensorLike, depth: number, options?: OneHotOptions): Tensor {
  const { dtype, axis } = optionsOf('oneHot', options, kinds);
  readArgument('oneHot', 'depth', depth, count);
  const places = asIndices('oneHot', asValue('oneHot', indices));
  const along = normalizeAxis('oneHot', axis, places.type.shape.length + 1);
  return new Tensor(composite('oneHot', [places], { depth, axis: along, dtype }));
}
