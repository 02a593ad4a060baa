import { ManabiError } from '@manabi/errors';
import type { OpName, ScatterMode } from '../../graph/graph.ts';
import { type DType, isFloat } from '../../types/dtype.ts';
import { positionOf, readFrom, writeTo } from '../layout/places.ts';
import type { Reference, ReferenceArray } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { IndexingOps } from './indexing.ts';

/** References of the operators that read and write at places found in an operand; a place outside is an error. */
export const indexingReference: { readonly [K in IndexingOps]: Reference<K> } = {
  gather: ([x, indices], { axis }, [result]) => {
    const rank = indices.shape.length;
    return [
      readFrom(x, result, (place) => {
        const found = indexAt('gather', indices, place.slice(axis, axis + rank), x.shape[axis]);
        return place.toSpliced(axis, rank, found);
      }),
    ];
  },
  gatherElements: ([x, indices], { axis }, [result]) => [
    readFrom(x, result, (place) => place.with(axis, indexAt('gatherElements', indices, place, x.shape[axis]))),
  ],
  gatherND: ([x, indices], { batchDims }, [result]) => {
    const outer = indices.shape.length - 1;
    return [
      readFrom(x, result, (place) => {
        const row = place.slice(0, outer);
        const found = rowAt('gatherND', indices, row, x.shape.slice(batchDims));
        return [...row.slice(0, batchDims), ...found, ...place.slice(outer)];
      }),
    ];
  },
  scatterElements: ([x, indices, updates], { axis, mode }, [result]) => {
    const joined = fillReference(result, (i) => x.data[i]);
    const to = (place: readonly number[]): number[] =>
      place.with(axis, indexAt('scatterElements', indices, place, x.shape[axis]));
    writeTo(joined, updates, to, joins[mode](x.dtype));
    return [joined];
  },
  scatterND: ([x, indices, updates], { mode }, [result]) => {
    const outer = indices.shape.length - 1;
    const joined = fillReference(result, (i) => x.data[i]);
    const to = (place: readonly number[]): number[] => [
      ...rowAt('scatterND', indices, place.slice(0, outer), x.shape),
      ...place.slice(outer),
    ];
    writeTo(joined, updates, to, joins[mode](x.dtype));
    return [joined];
  },
};

/** What each mode makes of the element that is there and the update; storing it wraps integers. */
const joins: { readonly [K in ScatterMode]: (dtype: DType) => (known: number, update: number) => number } = {
  set: () => (_, update) => update,
  add: () => (known, update) => known + update,
  mul: (dtype) => (isFloat(dtype) ? (known, update) => known * update : Math.imul),
  max: () => Math.max,
  min: () => Math.min,
};

/** The indices in the row of the last axis that stands at a place of the axes before. */
function rowAt(
  op: OpName,
  indices: ReferenceArray,
  row: readonly number[],
  extents: readonly number[],
): readonly number[] {
  const depth = indices.shape[indices.shape.length - 1];
  return Array.from({ length: depth }, (_, i) => indexAt(op, indices, [...row, i], extents[i]));
}

function indexAt(op: OpName, indices: ReferenceArray, place: readonly number[], extent: number): number {
  const index = indices.data[positionOf(place, indices.shape)];
  if (index >= 0 && index < extent) return index;
  throw new ManabiError(
    'index',
    `The index ${index} at [${place.join(', ')}] is outside of the axis that it points into: it must be one of ` +
      `0 … ${extent - 1}.`,
    { op, data: { index, place, extent } },
  );
}
