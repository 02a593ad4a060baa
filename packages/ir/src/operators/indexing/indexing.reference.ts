import { ManabiError } from '@manabi/errors';
import type { OpName, ScatterMode } from '../../graph/graph.ts';
import { type DType, isFloat } from '../../types/dtype.ts';
import { positionOf, readFrom, writeTo } from '../layout/element-index.ts';
import type { Reference, ReferenceArray } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { IndexingOps } from './indexing.ts';

/** Reference implementations of gathers and scatters. They throw if an index is out of range. */
export const indexingReference: { readonly [K in IndexingOps]: Reference<K> } = {
  gather: ([x, indices], { axis }, [result]) => {
    const rank = indices.shape.length;
    return [
      readFrom(x, result, (at) => {
        const found = checkedIndex('gather', indices, at.slice(axis, axis + rank), x.shape[axis]);
        return at.toSpliced(axis, rank, found);
      }),
    ];
  },
  gatherElements: ([x, indices], { axis }, [result]) => [
    readFrom(x, result, (at) => at.with(axis, checkedIndex('gatherElements', indices, at, x.shape[axis]))),
  ],
  gatherND: ([x, indices], { batchDims }, [result]) => {
    const outer = indices.shape.length - 1;
    return [
      readFrom(x, result, (at) => {
        const row = at.slice(0, outer);
        const found = rowAt('gatherND', indices, row, x.shape.slice(batchDims));
        return [...row.slice(0, batchDims), ...found, ...at.slice(outer)];
      }),
    ];
  },
  scatterElements: ([x, indices, updates], { axis, mode }, [result]) => {
    const joined = fillReference(result, (i) => x.data[i]);
    const to = (at: readonly number[]): number[] =>
      at.with(axis, checkedIndex('scatterElements', indices, at, x.shape[axis]));
    writeTo(joined, updates, to, joins[mode](x.dtype));
    return [joined];
  },
  scatterND: ([x, indices, updates], { mode }, [result]) => {
    const outer = indices.shape.length - 1;
    const joined = fillReference(result, (i) => x.data[i]);
    const to = (at: readonly number[]): number[] => [
      ...rowAt('scatterND', indices, at.slice(0, outer), x.shape),
      ...at.slice(outer),
    ];
    writeTo(joined, updates, to, joins[mode](x.dtype));
    return [joined];
  },
};

/**
 * For each scatter mode, the function that combines an existing element with an update. Integer results wrap when they
 * are stored.
 */
const joins: { readonly [K in ScatterMode]: (dtype: DType) => (existing: number, update: number) => number } = {
  set: () => (_, update) => update,
  add: () => (existing, update) => existing + update,
  mul: (dtype) => (isFloat(dtype) ? (existing, update) => existing * update : Math.imul),
  max: () => Math.max,
  min: () => Math.min,
};

/** Returns the row of `indices` along its last axis at a given index on all other axes. */
function rowAt(
  op: OpName,
  indices: ReferenceArray,
  row: readonly number[],
  extents: readonly number[],
): readonly number[] {
  const depth = indices.shape[indices.shape.length - 1];
  return Array.from({ length: depth }, (_, i) => checkedIndex(op, indices, [...row, i], extents[i]));
}

function checkedIndex(op: OpName, indices: ReferenceArray, at: readonly number[], extent: number): number {
  const index = indices.data[positionOf(at, indices.shape)];
  if (index >= 0 && index < extent) return index;
  throw new ManabiError(
    'index',
    `The index ${index} at [${at.join(', ')}] of the indices is out of range: it must be in 0 … ${extent - 1}.`,
    { op, data: { index, place: at, extent } },
  );
}
