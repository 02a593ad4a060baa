import { isFloat } from '../dtype.ts';
import type { ContractionOps } from './contraction.ts';
import { dotAxes } from './contraction-dot.ts';
import { placeAt, positionOf } from './layout-places.ts';
import type { Reference } from './reference.ts';
import { fillReference } from './reference-array.ts';

/** References of sums of products and of order. */
export const contractionReference: { readonly [K in ContractionOps]: Reference<K> } = {
  dot: ([left, right], attributes, [result]) => {
    const axes = dotAxes(left.shape, right.shape, attributes);
    const sums = attributes.contract.map(([axis]) => left.shape[axis]);
    const terms = sums.reduce((product, length) => product * length, 1);
    const multiply = isFloat(left.dtype) ? (x: number, y: number) => x * y : Math.imul;
    const batchCount = attributes.batch.length;
    const rightFrom = batchCount + axes.left.free.length;
    const place = (of: typeof axes.left, batch: number[], free: number[], summed: number[]): number[] => {
      const at: number[] = [];
      of.batch.forEach((axis, i) => {
        at[axis] = batch[i];
      });
      of.free.forEach((axis, i) => {
        at[axis] = free[i];
      });
      of.contract.forEach((axis, i) => {
        at[axis] = summed[i];
      });
      return at;
    };
    return [
      fillReference(result, (i) => {
        const at = placeAt(i, result.shape);
        const batch = at.slice(0, batchCount);
        let sum = 0;
        for (let term = 0; term < terms; term++) {
          const summed = placeAt(term, sums);
          const x = left.data[positionOf(place(axes.left, batch, at.slice(batchCount, rightFrom), summed), left.shape)];
          const y = right.data[positionOf(place(axes.right, batch, at.slice(rightFrom), summed), right.shape)];
          sum += multiply(x, y);
        }
        return sum;
      }),
    ];
  },
  topK: ([x], { axis, largest }, [values, indices]) => {
    const line = (at: readonly number[]): number[] =>
      Array.from({ length: x.shape[axis] }, (_, i) => x.data[positionOf(at.with(axis, i), x.shape)]);
    const order = (elements: readonly number[]): number[] =>
      elements
        .map((_, i) => i)
        .sort((i, j) => (largest ? compare(elements[j], elements[i]) : compare(elements[i], elements[j])));
    const chosen = fillReference(indices, (i) => {
      const at = placeAt(i, indices.shape);
      return order(line(at))[at[axis]];
    });
    const found = fillReference(values, (i) => line(placeAt(i, values.shape))[chosen.data[i]]);
    return [found, chosen];
  },
};

/** Ascending, NaN after all others; the sort is stable, so that equal elements keep their order. */
function compare(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
}
