import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { sizeOf } from '../types/shape.ts';

/** Source of random choices, such as `randomSource` of `@manabi/testing`. */
export interface Choices {
  readonly next: () => number;
  readonly pick: <T>(list: readonly T[]) => T;
  readonly integer: (low: number, high: number) => number;
  readonly float64Array: (length: number, low?: number, high?: number) => Float64Array;
  readonly permutation: (length: number) => number[];
}

type Move = (b: GraphBuilder, x: Value, source: Choices) => Value;

/** Applies one or two random layout operators to a value. */
export function randomLayout(b: GraphBuilder, x: Value, source: Choices): Value {
  const move = source.pick(moves);
  const moved = move(b, x, source);
  return source.next() < 0.5 ? moved : move(b, moved, source);
}

const moves: readonly Move[] = [
  (b, x) => b.reshape(x, [sizeOf(b.shape(x))]),
  (b, x, source) => {
    const at = source.integer(0, b.shape(x).length + 1);
    return b.reshape(x, [...b.shape(x).slice(0, at), 1, ...b.shape(x).slice(at)]);
  },
  (b, x, source) => b.transpose(x, source.permutation(b.shape(x).length)),
  (b, x, source) => {
    const at = source.integer(0, b.shape(x).length + 1);
    const axes = b.shape(x).map((_, axis) => (axis < at ? axis : axis + 1));
    return b.expand(x, [...b.shape(x).slice(0, at), 2, ...b.shape(x).slice(at)], axes);
  },
  (b, x) => {
    const shape = b.shape(x).map((length) => (length === 1 ? 3 : length));
    const axes = shape.map((_, axis) => axis);
    return b.expand(x, shape, axes);
  },
  (b, x, source) => {
    const start = b.shape(x).map((length) => source.integer(0, Math.min(2, length + 1)));
    const limit = b.shape(x).map((length, axis) => source.integer(start[axis], length + 1));
    const step = start.map(() => source.integer(1, 4));
    return b.slice(x, start, source.next() < 0.7 ? b.shape(x) : limit, step);
  },
  (b, x, source) => {
    const each = (high: number): number[] => b.shape(x).map(() => source.integer(0, high));
    return b.pad(x, b.constant(source.integer(0, 2), b.dtype(x)), each(2), each(2), each(3));
  },
  (b, x, source) => {
    const low = b.shape(x).map(() => source.integer(0, 3));
    const interior = b.shape(x).map(() => source.integer(0, 2));
    const padded = b.pad(x, b.constant(0, b.dtype(x)), low, low, interior);
    const step = interior.map((between) => between + 1);
    const limit = b.shape(x).map((length, axis) => low[axis] + Math.max(0, (length - 1) * step[axis] + 1));
    return b.slice(padded, low, limit, step);
  },
  (b, x, source) =>
    b.reverse(
      x,
      b.shape(x).flatMap((_, axis) => (source.next() < 0.5 ? [axis] : [])),
    ),
  (b, x, source) => {
    const rank = b.shape(x).length;
    return rank === 0 ? x : b.concat([x, b.full(x, 1), x], source.integer(0, rank));
  },
];
