import { count, type KindsOf, oneOf, optional } from '@manabi/errors';
import { formatShape, formatType, ManabiError, sizeOf, type TensorType } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { add } from './arithmetic.ts';
import { normalizeAxis, placesOn } from './axis.ts';
import { broadcastShapes, expandTo } from './broadcast.ts';
import { less, where } from './comparison.ts';
import { type ArrayLike, MOST_AXES, tensor } from './creation.ts';
import { asIndices, asTensor, fixedValue, promote, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';

/** Places: a tensor of integers, or numbers. Negative ones count from the end. */
export type Indices = Tensor | number | readonly ArrayLike[] | Int32Array;

/**
 * The elements at places along an axis: the axis is replaced by those of the indices. Without an axis, of all elements
 * in row-major order.
 *
 * @throws ManabiError `axis`; `index` for a number beyond the axis; `dtype` for indices that are no integers
 * @example `take(embeddings, tokens, 0)`
 */
export function take(x: TensorLike, indices: Indices, axis: number | null = null): Tensor {
  const value = axis === null ? reshape(x, [-1]) : asTensor('take', x);
  const along = normalizeAxis('take', axis ?? 0, value.rank);
  const places = indicesBelow('take', indices, value.shape[along]);
  return new Tensor(emitOne('gather', [lazyOf(value), places], { axis: along }));
}

/**
 * For each place of `indices`, the element of x there but on `axis`, where it is the one that the index says: what
 * `argsort` and `argmax` with `keepdims` fit. All other axes broadcast.
 */
export function takeAlongAxis(x: TensorLike, indices: Indices, axis: number): Tensor {
  const value = asTensor('takeAlongAxis', x);
  const along = normalizeAxis('takeAlongAxis', axis, value.rank);
  const places = indicesBelow('takeAlongAxis', indices, value.shape[along]);
  if (places.type.shape.length !== value.rank) throw rankError('takeAlongAxis', value, places);
  const others = broadcastShapes('takeAlongAxis', [value.shape.with(along, 1), places.type.shape.with(along, 1)]);
  const spread = expandTo(lazyOf(value), others.with(along, value.shape[along]));
  const targets = expandTo(places, others.with(along, places.type.shape[along]));
  return new Tensor(emitOne('gatherElements', [spread, targets], { axis: along }));
}

const gatherKinds = { batchDims: optional(count, 0) };

/**
 * Slices at places given by the last axis of `indices`, an entry for each of the first axes of x that follow
 * `batchDims` shared ones (ONNX `GatherND`).
 */
export function gatherND(x: TensorLike, indices: Indices, options?: { readonly batchDims?: number }): Tensor {
  const { batchDims } = optionsOf('gatherND', options, gatherKinds);
  const value = asTensor('gatherND', x);
  const places = rowsOf('gatherND', value, indices, batchDims);
  return new Tensor(emitOne('gatherND', [lazyOf(value), places], { batchDims }));
}

/** What a scatter does where there is an element already; of several updates of one place, `set` keeps the last. */
export interface ScatterOptions {
  /** By default `set`. */
  readonly mode?: 'set' | 'add' | 'mul' | 'max' | 'min';
}

const scatterKinds = {
  mode: optional(oneOf('set', 'add', 'mul', 'max', 'min'), 'set'),
} satisfies KindsOf<ScatterOptions>;
const scatterElementsKinds = { ...scatterKinds, axis: optional(axisKind, 0) };

/**
 * x with updates joined to the elements at the places that `indices` names on an axis (ONNX `ScatterElements`, NumPy
 * `put_along_axis`).
 *
 * @throws ManabiError `shape` unless indices and updates have one shape, of the rank of x
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
  const places = indicesBelow('scatterElements', indices, value.type.shape[along]);
  const spread = expandTo(changes, broadcastShapes('scatterElements', [changes.type.shape, places.type.shape]));
  return new Tensor(emitOne('scatterElements', [value, places, spread], { axis: along, mode }));
}

/**
 * x with slices joined to those at the places that the last axis of `indices` names (ONNX `ScatterND`).
 *
 * @example `scatterND(counts, expandDims(tokens, -1), ones([n]), { mode: 'add' })`
 */
export function scatterND(x: TensorLike, indices: Indices, updates: TensorLike, options?: ScatterOptions): Tensor {
  const { mode } = optionsOf('scatterND', options, scatterKinds);
  const [value, changes] = promote('scatterND', [x, updates]);
  const places = rowsOf('scatterND', new Tensor(value), indices, 0);
  const depth = places.type.shape.at(-1) ?? 0;
  const shape = [...places.type.shape.slice(0, -1), ...value.type.shape.slice(depth)];
  const spread = sizeOf(changes.type.shape) === 1 ? expandTo(changes, shape) : changes;
  return new Tensor(emitOne('scatterND', [value, places, spread], { mode }));
}

/** Places on one axis as int32 from 0: negative ones count from its end. */
function indicesBelow(op: string, indices: Indices, length: number): LazyValue {
  if (!isTensor(indices)) return lazyOf(fixedIndices(op, indices, length));
  const value = lazyOf(indices);
  refuseMask(op, value.type);
  const places = asIndices(op, value);
  const isSigned = value.number !== null || value.type.dtype === 'int32';
  return isSigned ? lazyOf(wrap(new Tensor(places), length)) : places;
}

/**
 * Rejects a mask among indices. As integers it would be the indices 0 and 1.
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
    `Indices must be integers; got a mask, ${given}. What a mask selects has no fixed size, and shapes are ` +
      `fixed. Use ${isScatter ? 'where(mask, updates, x)' : 'where(mask, x, 0)'}, which keeps the shape of x.`,
    { op, data: { dtype: 'bool', given } },
  );
}

function wrap(places: Tensor, length: number): Tensor {
  const zero = new Tensor(fixedValue(0, 'int32'));
  return where(less(places, zero), add(places, new Tensor(fixedValue(length, 'int32'))), places);
}

function fixedIndices(op: string, indices: Exclude<Indices, Tensor>, length: number): Tensor {
  const wrapOne = (item: ArrayLike, depth = 0): ArrayLike => {
    // What is nested too deeply is left to `tensor` to refuse.
    if (Array.isArray(item) && depth <= MOST_AXES) return item.map((each) => wrapOne(each, depth + 1));
    if (typeof item === 'boolean') throw maskError(op, 'an array of booleans');
    if (typeof item !== 'number') return item;
    const place = item < 0 ? item + length : item;
    if (Number.isInteger(item) && place >= 0 && place < length) return place;
    throw new ManabiError('index', `Place ${item} is not on an axis of length ${length}: ${placesOn(length)}.`, {
      op,
      data: { index: item, length },
    });
  };
  return tensor(wrapOne(ArrayBuffer.isView(indices) ? Array.from(indices) : indices), { dtype: 'int32' });
}

/** Rows of places, one per axis from `batchDims` on. */
function rowsOf(op: string, x: Tensor, indices: Indices, batchDims: number): LazyValue {
  if (Array.isArray(indices) && indices.flat(MOST_AXES).some((item) => typeof item === 'boolean')) {
    throw maskError(op, 'an array of booleans');
  }
  const rows = isTensor(indices)
    ? indices
    : tensor(ArrayBuffer.isView(indices) ? Array.from(indices) : indices, { dtype: 'int32' });
  refuseMask(op, lazyOf(rows).type);
  const places = new Tensor(asIndices(op, lazyOf(rows)));
  const depth = places.shape.at(-1) ?? 0;
  if (places.rank < 1 || depth > x.rank - batchDims) throw rankError(op, x, lazyOf(places));
  if (isTensor(indices) && indices.dtype !== 'int32') return lazyOf(places);
  const lengths = tensor(x.shape.slice(batchDims, batchDims + depth), { dtype: 'int32' });
  return lazyOf(where(less(places, new Tensor(fixedValue(0, 'int32'))), add(places, lengths), places));
}

function rankError(op: string, x: Tensor, indices: LazyValue): ManabiError {
  return new ManabiError(
    'shape',
    `Indices of shape ${formatShape(indices.type.shape)} do not fit a tensor of shape ${formatShape(x.shape)}: ` +
      'takeAlongAxis needs as many axes as the tensor; gatherND and scatterND at most as many entries on the last axis.',
    { op, data: { shape: x.shape, indices: indices.type.shape } },
  );
}
