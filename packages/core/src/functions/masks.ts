import { count, integer, type KindsOf, optional, readArgument } from '@manabi/errors';
import { type DType, formatShape, ManabiError } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { axisKind, dtypeKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { composite } from './composite.ts';
import { asIndices, asNumeric, asValue, type TensorLike } from './operand.ts';

/**
 * Returns a copy of x in which elements above diagonal k of the last two axes are 0: the lower triangle (NumPy `tril`).
 *
 * @param k diagonal: positive above the main diagonal, negative below. Default: 0
 * @throws ManabiError `shape` for fewer than two axes
 * @example
 * ```ts
 * import { ones, tril } from 'manabi';
 *
 * console.log(await tril(ones([3, 3])).array()); // [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
 * ```
 */
export function tril(x: TensorLike, k = 0): Tensor {
  return triangle('tril', false, x, k);
}

/**
 * Returns a copy of x in which elements below diagonal k of the last two axes are 0: the upper triangle (NumPy `triu`).
 *
 * @param k diagonal: positive above the main diagonal, negative below. Default: 0
 * @throws ManabiError `shape` for fewer than two axes
 * @example
 * ```ts
 * import { ones, triu } from 'manabi';
 *
 * console.log(await triu(ones([3, 3]), 1).array()); // [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
 * ```
 */
export function triu(x: TensorLike, k = 0): Tensor {
  return triangle('triu', true, x, k);
}

function triangle(op: string, upper: boolean, x: TensorLike, k: number): Tensor {
  const value = asNumeric(op, x);
  const { shape } = value.type;
  readArgument(op, 'k', k, integer());
  if (shape.length < 2) {
    throw new ManabiError('shape', `\`x\` must have at least two axes; got shape ${formatShape(shape)}.`, {
      op,
      data: { shape },
    });
  }
  return new Tensor(composite('trilu', [value], { upper, diagonal: k }));
}

/** Options of `oneHot`. */
export interface OneHotOptions {
  /** Dtype of the result. Default: float32. */
  readonly dtype?: DType;
  /** Position of the new axis in the result. Default: -1, the last. */
  readonly axis?: number;
}

const kinds = { dtype: optional(dtypeKind, 'float32'), axis: optional(axisKind, -1) } satisfies KindsOf<OneHotOptions>;

/**
 * Encodes each index as a one-hot vector along a new axis of length `depth`: 1 at the position of the index, 0
 * elsewhere. An index out of range is encoded as zeros only.
 *
 * @throws ManabiError `dtype` unless indices are integers
 * @example
 * ```ts
 * import { oneHot, tensor } from 'manabi';
 *
 * console.log(await oneHot(tensor([0, 2], { dtype: 'int32' }), 3).array()); // [[1, 0, 0], [0, 0, 1]]
 * ```
 */
export function oneHot(indices: TensorLike, depth: number, options?: OneHotOptions): Tensor {
  const { dtype, axis } = optionsOf('oneHot', options, kinds);
  readArgument('oneHot', 'depth', depth, count);
  const positions = asIndices('oneHot', asValue('oneHot', indices));
  const along = normalizeAxis('oneHot', axis, positions.type.shape.length + 1);
  return new Tensor(composite('oneHot', [positions], { depth, axis: along, dtype }));
}
