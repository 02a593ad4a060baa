import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Composite } from './composite.ts';
import { type Interpolation, nearestPlaces, type Taps, tapsOf } from './resample-taps.ts';

/** Composites that bring images to other sizes: one operand `x`, of floats unless places are only repeated. */
export interface ResampleConfigs {
  /**
   * Axes brought to other lengths, one after the other. Places are areas whose centres lie at halves; what lies beyond the
   * edge does not count. `antialias`: where an axis gets shorter, all places count that a new one covers.
   */
  resize: {
    readonly axes: readonly number[];
    /** New lengths of the axes. */
    readonly lengths: readonly number[];
    readonly interpolation: Interpolation;
    readonly antialias: boolean;
  };
}

/** Above so many places for a new one, a product with a matrix is cheaper than gathers. */
const MOST_GATHERED = 4;

/** Composites that bring images to other sizes, axis by axis. */
export const resample: { readonly [K in keyof ResampleConfigs]: Composite<ResampleConfigs[K]> } = {
  resize: {
    body: (b, [x], { axes, lengths, interpolation, antialias }) => [
      axes.reduce((resized, axis, i) => {
        const length = b.shape(resized)[axis];
        if (length === lengths[i]) return resized;
        if (interpolation === 'nearest') return byPlaces(b, resized, axis, lengths[i]);
        const taps = tapsOf(length, lengths[i], interpolation, antialias);
        const most = taps.reduce((count, { weights }) => Math.max(count, weights.length), 0);
        return most > MOST_GATHERED ? byMatrix(b, resized, axis, taps) : byGathers(b, resized, axis, taps, most);
      }, x),
    ],
  },
};

function byPlaces(b: GraphBuilder, x: Value, axis: number, newLength: number): Value {
  const shape = b.shape(x);
  const times = newLength / shape[axis];
  if (!Number.isInteger(times)) return gather(b, x, axis, nearestPlaces(shape[axis], newLength));
  const spread = [...shape.slice(0, axis + 1), times, ...shape.slice(axis + 1)];
  const kept = spread.map((_, i) => i).filter((i) => i !== axis + 1);
  return b.reshape(b.expand(x, spread, kept), shape.with(axis, newLength));
}

function gather(b: GraphBuilder, x: Value, axis: number, places: readonly number[]): Value {
  return b.gather(x, b.constant(places, 'int32', [places.length]), axis);
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
  // The new axis is the last; back to its place.
  const order = shape.map((_, i) => i);
  return b.transpose(product, [...order.slice(0, axis), order.length - 1, ...order.slice(axis, -1)]);
}
