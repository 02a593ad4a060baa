import { isFloat } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import { indexAt, positionOf } from '../layout/element-index.ts';
import type { Reference } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { ContractionOps } from './contraction.ts';
import { dotAxes } from './dot.ts';

/** Reference implementations of `dot` and `topK`. */
export const contractionReference: { readonly [K in ContractionOps]: Reference<K> } = {
  dot: ([left, right], attributes, [result]) => {
    const axes = dotAxes(left.shape, right.shape, attributes);
    const sums = attributes.contract.map(([axis]) => left.shape[axis]);
    const terms = sums.reduce((product, length) => product * length, 1);
    const multiply = isFloat(left.dtype) ? (x: number, y: number) => x * y : Math.imul;
    const batchCount = attributes.batch.length;
    const rightFrom = batchCount + axes.left.free.length;
    // The position of an element in its operand is a sum of two offsets: the first depends on batch and free indices,
    // the second on contracted indices.
    const position = (of: typeof axes.left, shape: Shape, batch: Shape, free: Shape, summed: Shape): number => {
      const at = shape.map(() => 0);
      batch.forEach((index, i) => {
        at[of.batch[i]] = index;
      });
      free.forEach((index, i) => {
        at[of.free[i]] = index;
      });
      summed.forEach((index, i) => {
        at[of.contract[i]] = index;
      });
      return positionOf(at, shape);
    };
    const termIndices = Array.from({ length: terms }, (_, term) => indexAt(term, sums));
    const leftTerms = termIndices.map((summed) => position(axes.left, left.shape, [], [], summed));
    const rightTerms = termIndices.map((summed) => position(axes.right, right.shape, [], [], summed));
    return [
      fillReference(result, (i) => {
        const at = indexAt(i, result.shape);
        const batch = at.slice(0, batchCount);
        const leftStart = position(axes.left, left.shape, batch, at.slice(batchCount, rightFrom), []);
        const rightStart = position(axes.right, right.shape, batch, at.slice(rightFrom), []);
        let sum = 0;
        for (let term = 0; term < terms; term++) {
          sum += multiply(left.data[leftStart + leftTerms[term]], right.data[rightStart + rightTerms[term]]);
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
      const at = indexAt(i, indices.shape);
      return order(line(at))[at[axis]];
    });
    const found = fillReference(values, (i) => line(indexAt(i, values.shape))[chosen.data[i]]);
    return [found, chosen];
  },
};

/**
 * Compares two elements for a sort in ascending order with NaN last. The sort is stable, so equal elements keep their
 * order.
 */
function compare(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
}
