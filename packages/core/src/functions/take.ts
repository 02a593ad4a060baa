import { count, type KindsOf, oneOf, optional } from '@manabi/errors';
import { formatShape, formatType, ManabiError, sizeOf, type TensorType } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { add } from './arithmetic.ts';
import { normalizeAxis, validPositions } from './axis.ts';
import { broadcastShapes, expandTo } from './broadcast.ts';
import { less, where } from './comparison.ts';
import { type ArrayLike, MOST_AXES, tensor } from './creation.ts';
import { asIndices, asTensor, fixedValue, promote, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';

/** Integer indices: a tensor of integers, a number, or arrays of numbers. Negative indices count from the end. */
export type Indices = Tensor | number | readonly ArrayLike[] | Int32Array;

/**
 * Selects elements by their index along an axis. In the shape of the result, the axes of the indices replace this axis
 * (NumPy `take`).
 *
 * @param axis axis that the indices refer to, or null for indices into all elements in row-major order. Default: null
 * @throws ManabiError `axis` for an invalid axis; `index` for a number out of range; `dtype` unless indices are
 * integers
 * @example
 * ```ts
 * import { take, tensor } from 'manabi';
 *
 * const embeddings = tensor([[0, 1], [2, 3], [4, 5]]);
 * console.log(await take(embeddings, [2, 0], 0).array()); // [[4, 5], [0, 1]]
 * ```
 */
export function take(x: TensorLike, indices: Indices, axis: number | null = null): Tensor {
  const value = axis === null ? reshape(x, [-1]) : asTensor('take', x);
  const along = normalizeAxis('take', axis ?? 0, value.rank);
  const positions = indicesBelow('take', indices, value.shape[along]);
  return new Tensor(emitOne('gather', [lazyOf(value), positions], { axis: along }));
}

/**
 * Selects one element of x for each element of `indices`: the one with this index along `axis`, and with the position
 * of the index on all other axes, which broadcast (NumPy `take_along_axis`). Suitable indices are results of `argsort`,
 * or of `argmax` with the reduced axis restored.
 *
 * @throws ManabiError `shape` unless indices have the rank of x; `axis` for an invalid axis; `index` for an index out
 * of range; `dtype` unless indices are integers
 * @example
 * ```ts
 * import { argsort, takeAlongAxis, tensor } from 'manabi';
 *
 * const x = tensor([[3, 1, 2]]);
 * console.log(await takeAlongAxis(x, argsort(x), -1).array()); // [[1, 2, 3]]
 * ```
 */
export function takeAlongAxis(x: TensorLike, indices: Indices, axis: number): Tensor {
  const value = asTensor('takeAlongAxis', x);
  const along = normalizeAxis('takeAlongAxis', axis, value.rank);
  const positions = indicesBelow('takeAlongAxis', indices, value.shape[along]);
  if (positions.type.shape.length !== value.rank) throw rankError('takeAlongAxis', value, positions);
  const others = broadcastShapes('takeAlongAxis', [value.shape.with(along, 1), positions.type.shape.with(along, 1)]);
  const spread = expandTo(lazyOf(value), others.with(along, value.shape[along]));
  const targets = expandTo(positions, others.with(along, positions.type.shape[along]));
  return new Tensor(emitOne('gatherElements', [spread, targets], { axis: along }));
}

const gatherKinds = { batchDims: optional(count, 0) };

/**
 * Selects slices of x by index vectors (ONNX `GatherND`). The last axis of `indices` contains the vectors. Entry i of a
 * vector is an index on axis `batchDims + i` of x; the remaining axes of x are those of the slices.
 *
 * @param options `batchDims`: number of first axes that x and indices have in common (batch axes). Default: 0
 * @throws ManabiError `shape` if index vectors have more entries than x has axes; `dtype` unless indices are integers
 * @example
 * ```ts
 * import { gatherND, tensor } from 'manabi';
 *
 * console.log(await gatherND(tensor([[1, 2], [3, 4]]), [[1, 0], [0, 1]]).array()); // [3, 2]
 * ```
 */
export function gatherND(x: TensorLike, indices: Indices, options?: { readonly batchDims?: number }): Tensor {
  const { batchDims } = optionsOf('gatherND', options, gatherKinds);
  const value = asTensor('gatherND', x);
  const positions = rowsOf('gatherND', value, indices, batchDims);
  return new Tensor(emitOne('gatherND', [lazyOf(value), positions], { batchDims }));
}

/** Options of scatter functions. */
export interface ScatterOptions {
  /**
   * How updates are combined with elements of x. With `set`, they replace the elements; the last of several updates of
   * the same element is kept. Default: `set`.
   */
  readonly mode?: 'set' | 'add' | 'mul' | 'max' | 'min';
}

const scatterKinds = {
  mode: optional(oneOf('set', 'add', 'mul', 'max', 'min'), 'set'),
} satisfies KindsOf<ScatterOptions>;
const scatterElementsKinds = { ...scatterKinds, axis: optional(axisKind, 0) };

/**
 * Returns a copy of x in which updates are combined with the elements at the given indices along an axis (ONNX
 * `ScatterElements`, NumPy `put_along_axis`).
 *
 * @param options `axis` (default: 0) and `mode`
 * @throws ManabiError `shape` unless indices have the rank of x and updates broadcast to their shape
 * @example
 * ```ts
 * import { scatterElements, tensor, zeros } from 'manabi';
 *
 * console.log(await scatterElements(zeros([4]), [1, 3], tensor([5, 7])).array()); // [0, 5, 0, 7]
 * ```
 */
export function scatterElements(
  x: TensorLike,
  indices: Indices,
  updates: TensorLike,
  options?: ScatterOptions & { readonly axis?: number },
): Tensor {
  const { axis, mode } = optionsOf('scatterElements', options, scatterElementsKinds);
  const [value, changes] = promote('scatterElements', [x, updates]);
  const along = normalizeAxis('scatterElements', axis, value.type.shape.length);
  const positions = indicesBelow('scatterElements', indices, value.type.shape[along]);
  const spread = expandTo(changes, broadcastShapes('scatterElements', [changes.type.shape, positions.type.shape]));
  return new Tensor(emitOne('scatterElements', [value, positions, spread], { axis: along, mode }));
}

/**
 * Returns a copy of x in which updates are combined with the slices that index vectors select (ONNX `ScatterND`). The
 * last axis of `indices` contains the vectors.
 *
 * @throws ManabiError `shape` if index vectors have more entries than x has axes; `dtype` unless indices are integers
 * @example
 * ```ts
 * import { ones, scatterND, zeros } from 'manabi';
 *
 * console.log(await scatterND(zeros([3]), [[1], [1], [2]], ones([3]), { mode: 'add' }).array()); // [0, 2, 1]
 * ```
 */
export function scatterND(x: TensorLike, indices: Indices, updates: TensorLike, options?: ScatterOptions): Tensor {
  const { mode } = optionsOf('scatterND', options, scatterKinds);
  const [value, changes] = promote('scatterND', [x, updates]);
  const positions = rowsOf('scatterND', new Tensor(value), indices, 0);
  const depth = positions.type.shape.at(-1) ?? 0;
  const shape = [...positions.type.shape.slice(0, -1), ...value.type.shape.slice(depth)];
  const spread = sizeOf(changes.type.shape) === 1 ? expandTo(changes, shape) : changes;
  return new Tensor(emitOne('scatterND', [value, positions, spread], { mode }));
}

/** Converts indices on an axis to non-negative int32. Negative indices count from the end. */
function indicesBelow(op: string, indices: Indices, length: number): LazyValue {
  if (!isTensor(indices)) return lazyOf(fixedIndices(op, indices, length));
  const value = lazyOf(indices);
  refuseMask(op, value.type);
  const positions = asIndices(op, value);
  const isSigned = value.number !== null || value.type.dtype === 'int32';
  return isSigned ? lazyOf(wrap(new Tensor(positions), length)) : positions;
}

/**
 * Throws if a bool tensor (a mask) is passed as indices. If it were converted to integers, it would select the elements
 * 0 and 1.
 *
 * @throws ManabiError `dtype` for a tensor of bool
 */
export function refuseMask(op: string, type: TensorType): void {
  if (type.dtype === 'bool') throw maskError(op, formatType(type));
}

function maskError(op: string, given: string): ManabiError {
  const isScatter = op.startsWith('scatter');
  return new ManabiError(
    'dtype',
    `Indices must be integers; got a mask, ${given}. A mask selects a variable number of elements, but shapes are ` +
      `fixed. Use ${isScatter ? 'where(mask, updates, x)' : 'where(mask, x, 0)'}, which keeps the shape of x.`,
    { op, data: { dtype: 'bool', given } },
  );
}

function wrap(positions: Tensor, length: number): Tensor {
  const zero = new Tensor(fixedValue(0, 'int32'));
  return where(less(positions, zero), add(positions, new Tensor(fixedValue(length, 'int32'))), positions);
}

function fixedIndices(op: string, indices: Exclude<Indices, Tensor>, length: number): Tensor {
  const wrapOne = (item: ArrayLike, depth = 0): ArrayLike => {
    // `tensor` rejects too deeply nested arrays with its own error.
    if (Array.isArray(item) && depth <= MOST_AXES) return item.map((each) => wrapOne(each, depth + 1));
    if (typeof item === 'boolean') throw maskError(op, 'an array of booleans');
    if (typeof item !== 'number') return item;
    const position = item < 0 ? item + length : item;
    if (Number.isInteger(item) && position >= 0 && position < length) return position;
    throw new ManabiError(
      'index',
      `Index ${item} is out of range for an axis of length ${length}: ${validPositions(length)}.`,
      {
        op,
        data: { index: item, length },
      },
    );
  };
  return tensor(wrapOne(ArrayBuffer.isView(indices) ? Array.from(indices) : indices), { dtype: 'int32' });
}

/** Converts index vectors to non-negative int32. Each has one entry per axis after the batch axes. */
function rowsOf(op: string, x: Tensor, indices: Indices, batchDims: number): LazyValue {
  if (Array.isArray(indices) && indices.flat(MOST_AXES).some((item) => typeof item === 'boolean')) {
    throw maskError(op, 'an array of booleans');
  }
  const rows = isTensor(indices)
    ? indices
    : tensor(ArrayBuffer.isView(indices) ? Array.from(indices) : indices, { dtype: 'int32' });
  refuseMask(op, lazyOf(rows).type);
  const positions = new Tensor(asIndices(op, lazyOf(rows)));
  const depth = positions.shape.at(-1) ?? 0;
  if (positions.rank < 1 || depth > x.rank - batchDims) throw rankError(op, x, lazyOf(positions));
  if (isTensor(indices) && indices.dtype !== 'int32') return lazyOf(positions);
  const lengths = tensor(x.shape.slice(batchDims, batchDims + depth), { dtype: 'int32' });
  return lazyOf(where(less(positions, new Tensor(fixedValue(0, 'int32'))), add(positions, lengths), positions));
}

function rankError(op: string, x: Tensor, indices: LazyValue): ManabiError {
  return new ManabiError(
    'shape',
    `Indices of shape ${formatShape(indices.type.shape)} do not match a tensor of shape ${formatShape(x.shape)}: ` +
      `${op === 'takeAlongAxis' ? 'both must have the same rank' : 'the last axis of the indices must have at most one entry per non-batch axis of the tensor'}.`,
    { op, data: { shape: x.shape, indices: indices.type.shape } },
  );
}
