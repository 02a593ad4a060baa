import { dtypes, isFloat } from '../../types/dtype.ts';
import { rowMajorStrides, type Shape, sizeOf, type TensorType } from '../../types/shape.ts';
import type { Reference, ReferenceArray } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { ReduceOp } from './reduce.ts';

/**
 * Reference implementations of the reductions and of `cumSum`. Integer results wrap when they are stored; Math.max and
 * Math.min return NaN if an operand is NaN.
 */
export const reduceReference: { readonly [K in ReduceOp]: Reference<K> } = {
  reduceSum: ([x], { axes }, [result]) => [join(x, axes, result, 0, (sum, element) => sum + element)],
  reduceProd: ([x], { axes }, [result]) => {
    const multiply = isFloat(x.dtype) ? (product: number, element: number) => product * element : Math.imul;
    return [join(x, axes, result, 1, multiply)];
  },
  reduceMax: ([x], { axes }, [result]) => [join(x, axes, result, dtypes[x.dtype].min, Math.max)],
  reduceMin: ([x], { axes }, [result]) => [join(x, axes, result, dtypes[x.dtype].max, Math.min)],
  argMax: ([x], { axis }, [result]) => [argExtreme(x, axis, result, (element, best) => element > best)],
  argMin: ([x], { axis }, [result]) => [argExtreme(x, axis, result, (element, best) => element < best)],
  cumSum: ([x], { axis, reverse, exclusive }, [result]) => {
    const sums = fillReference(result, () => 0);
    for (const line of lines(x.shape, axis)) {
      let sum = 0;
      for (const position of reverse ? line.reverse() : line) {
        if (exclusive) sums.data[position] = sum;
        sum += x.data[position];
        if (!exclusive) sums.data[position] = sum;
      }
    }
    return [sums];
  },
};

function join(
  x: ReferenceArray,
  axes: readonly number[],
  result: TensorType,
  identity: number,
  combine: (joined: number, element: number) => number,
): ReferenceArray {
  const joined = fillReference(result, () => identity);
  const target = targets(x.shape, axes);
  x.data.forEach((element, i) => {
    joined.data[target(i)] = combine(joined.data[target(i)], element);
  });
  return joined;
}

/**
 * Returns a function that maps the row-major position of an element to the position of the result to which it
 * contributes.
 */
function targets(shape: Shape, axes: readonly number[]): (i: number) => number {
  const strides = rowMajorStrides(shape);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const keptStrides = rowMajorStrides(kept.map((axis) => shape[axis]));
  return (i) => kept.reduce((at, axis, k) => at + (Math.floor(i / strides[axis]) % shape[axis]) * keptStrides[k], 0);
}

/** Finds the index of the first largest (or smallest) element along an axis, or of the first NaN. */
function argExtreme(
  x: ReferenceArray,
  axis: number,
  result: TensorType,
  beats: (element: number, best: number) => boolean,
): ReferenceArray {
  const along = lines(x.shape, axis);
  return fillReference(result, (i) => {
    const elements = along[i].map((position) => x.data[position]);
    const firstNaN = elements.findIndex(Number.isNaN);
    if (firstNaN >= 0) return firstNaN;
    return elements.reduce((best, element, at) => (beats(element, elements[best]) ? at : best), 0);
  });
}

/**
 * Returns the positions of the elements in each line along an axis. There is one line for each index on the other axes,
 * in row-major order.
 */
function lines(shape: Shape, axis: number): number[][] {
  const stride = rowMajorStrides(shape)[axis];
  const starts: number[] = [];
  for (let i = 0; i < sizeOf(shape); i++) if (Math.floor(i / stride) % shape[axis] === 0) starts.push(i);
  return starts.map((start) => Array.from({ length: shape[axis] }, (_, step) => start + step * stride));
}
