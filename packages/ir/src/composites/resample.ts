import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Composite } from './composite.ts';
import { type Interpolation, nearestIndices, type Taps, tapsOf } from './resample-taps.ts';

/** Resizing of images. The operand `x` must be a float unless `interpolation` is `nearest`. */
export interface ResampleConfigs {
  /**
   * Changes the lengths of `axes`, one after the other (ONNX Resize). Pixel centers are at half-integers, and positions
   * beyond the edge have no weight. With `antialias`, an element of a shorter axis is an average of all old elements
   * that it covers.
   */
  resize: {
    readonly axes: readonly number[];
    /** New length of each axis in `axes`. */
    readonly lengths: readonly number[];
    readonly interpolation: Interpolation;
    readonly antialias: boolean;
  };
}

/**
 * If each new element is computed from more old elements than this, a product with a matrix of weights is faster than
 * gathering the old elements.
 */
const MOST_GATHERED = 4;

/** Resizing of images, one axis after the other. */
export const resample: { readonly [K in keyof ResampleConfigs]: Composite<ResampleConfigs[K]> } = {
  resize: {
    body: (b, [x], { axes, lengths, interpolation, antialias }) => [
      axes.reduce((resized, axis, i) => {
        const length = b.shape(resized)[axis];
        if (length === lengths[i]) return resized;
        if (interpolation === 'nearest') return byNearest(b, resized, axis, lengths[i]);
        const taps = tapsOf(length, lengths[i], interpolation, antialias);
        const most = taps.reduce((count, { weights }) => Math.max(count, weights.length), 0);
        return most > MOST_GATHERED ? byMatrix(b, resized, axis, taps) : byGathers(b, resized, axis, taps, most);
      }, x),
    ],
  },
};

function byNearest(b: GraphBuilder, x: Value, axis: number, newLength: number): Value {
  const shape = b.shape(x);
  const times = newLength / shape[axis];
  if (!Number.isInteger(times)) return gather(b, x, axis, nearestIndices(shape[axis], newLength));
  const spread = [...shape.slice(0, axis + 1), times, ...shape.slice(axis + 1)];
  const kept = spread.map((_, i) => i).filter((i) => i !== axis + 1);
  return b.reshape(b.expand(x, spread, kept), shape.with(axis, newLength));
}

function gather(b: GraphBuilder, x: Value, axis: number, indices: readonly number[]): Value {
  return b.gather(x, b.constant(indices, 'int32', [indices.length]), axis);
}

function byGathers(b: GraphBuilder, x: Value, axis: number, taps: readonly Taps[], most: number): Value {
  const last = b.shape(x)[axis] - 1;
  const parts = Array.from({ length: most }, (_, tap) => {
    const found = gather(
      b,
      x,
      axis,
      taps.map(({ from }) => Math.min(last, from + tap)),
    );
    const weights = taps.map((each) => each.weights[tap] ?? 0);
    const factor = b.constant(weights, b.dtype(x), [weights.length]);
    return b.mul(found, b.expand(factor, b.shape(found), [axis]));
  });
  return parts.reduce((sum, part) => b.add(sum, part));
}

function byMatrix(b: GraphBuilder, x: Value, axis: number, taps: readonly Taps[]): Value {
  const shape = b.shape(x);
  const length = shape[axis];
  const matrix = new Array<number>(length * taps.length).fill(0);
  for (const [column, { from, weights }] of taps.entries()) {
    for (const [tap, weight] of weights.entries()) matrix[(from + tap) * taps.length + column] = weight;
  }
  const product = b.dot(x, b.constant(matrix, b.dtype(x), [length, taps.length]), [], [[axis, 0]]);
  // The product has the resized axis last; the transpose moves it back to its position.
  const order = shape.map((_, i) => i);
  return b.transpose(product, [...order.slice(0, axis), order.length - 1, ...order.slice(axis, -1)]);
}
