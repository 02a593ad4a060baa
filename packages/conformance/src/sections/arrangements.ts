import { type DType, type GraphBuilder, isNumeric, type Shape, sizeOf, type Value } from '@manabi/ir';

/** A layout operator, such as a transpose, that computes an operand from an input. */
export interface Before {
  readonly name: string;
  /**
   * Returns the shape of an input from which `arrange` computes a value of the given shape; null if there is no such
   * input.
   */
  readonly from: (shape: Shape) => Shape | null;
  readonly arrange: (b: GraphBuilder, input: Value, shape: Shape) => Value;
}

/** A layout operator that is applied to a result. */
export interface After {
  readonly name: string;
  readonly arrange: (b: GraphBuilder, result: Value) => Value;
}

/**
 * Layout operators whose results are operands of a tested operator. They only move or repeat elements, except that
 * padding adds ones.
 */
export const befores: readonly Before[] = [
  {
    name: 'transposed',
    from: (shape) => shape.toReversed(),
    arrange: (b, x) => b.transpose(x, reversedAxes(b.shape(x))),
  },
  {
    name: 'every second',
    from: (shape) => shape.map((length) => 2 * length + 1),
    arrange: (b, x, shape) =>
      b.slice(
        x,
        shape.map(() => 1),
        shape.map((length) => 2 * length),
        shape.map(() => 2),
      ),
  },
  { name: 'reversed', from: (shape) => shape, arrange: (b, x) => b.reverse(x, axesOf(b.shape(x))) },
  {
    name: 'repeated along the first axis',
    from: (shape) => (shape.length === 0 ? null : shape.slice(1)),
    arrange: (b, x, shape) => b.expand(x, shape, axesOf(shape).slice(1)),
  },
  {
    name: 'repeated along the last axis',
    from: (shape) => (shape.length === 0 ? null : [...shape.slice(0, -1), 1]),
    arrange: (b, x, shape) => b.expand(x, shape, axesOf(shape)),
  },
  {
    name: 'reshaped',
    from: (shape) => [sizeOf(shape)],
    arrange: (b, x, shape) => b.reshape(x, shape),
  },
  {
    name: 'padded',
    from: (shape) =>
      shape.at(-1) === undefined || shape.at(-1) === 0 ? null : shape.with(-1, (shape.at(-1) ?? 1) - 1),
    arrange: (b, x, shape) =>
      b.pad(
        x,
        b.constant(1, b.dtype(x)),
        shape.map((_, axis) => (axis === shape.length - 1 ? 1 : 0)),
        shape.map(() => 0),
        shape.map(() => 0),
      ),
  },
  {
    name: 'joined',
    from: (shape) => (shape.length === 0 ? null : shape),
    arrange: (b, x, shape) => {
      const half = shape[0] >> 1;
      const part = (from: number, to: number) =>
        b.slice(
          x,
          shape.map((_, axis) => (axis === 0 ? from : 0)),
          shape.with(0, to),
          shape.map(() => 1),
        );
      return b.concat([part(half, shape[0]), part(0, half)], 0);
    },
  },
  {
    name: 'reversed, cut and transposed',
    from: (shape) => shape.toReversed().map((length) => length + 2),
    arrange: (b, x, shape) => {
      const reversed = b.reverse(x, axesOf(shape).slice(0, 1));
      const cut = b.slice(
        reversed,
        shape.map(() => 1),
        b.shape(x).map((length) => length - 1),
        shape.map(() => 1),
      );
      return b.transpose(cut, reversedAxes(shape));
    },
  },
  {
    name: 'selected',
    from: (shape) => (shape.length === 0 ? null : shape),
    arrange: (b, x, shape) => {
      const last = shape.length - 1;
      const index = b.iota('int32', shape, last);
      return b.select(b.less(index, b.full(index, shape[last] >> 1)), x, b.reverse(x, [last]));
    },
  },
];

/** Operators that are applied to the results of a tested operator. */
export const afters: readonly After[] = [
  { name: 'transposed', arrange: (b, x) => b.transpose(x, reversedAxes(b.shape(x))) },
  {
    name: 'every second',
    arrange: (b, x) =>
      b.slice(
        x,
        b.shape(x).map(() => 0),
        b.shape(x),
        b.shape(x).map(() => 2),
      ),
  },
  { name: 'reversed', arrange: (b, x) => b.reverse(x, axesOf(b.shape(x))) },
  {
    name: 'repeated',
    arrange: (b, x) =>
      b.expand(
        x,
        [3, ...b.shape(x)],
        axesOf(b.shape(x)).map((axis) => axis + 1),
      ),
  },
  { name: 'reshaped', arrange: (b, x) => b.reshape(x, [sizeOf(b.shape(x)), 1]) },
  {
    name: 'padded',
    arrange: (b, x) =>
      b.pad(
        x,
        b.constant(0, b.dtype(x)),
        b.shape(x).map(() => 1),
        b.shape(x).map(() => 0),
        b.shape(x).map(() => 1),
      ),
  },
  { name: 'joined', arrange: (b, x) => (b.shape(x).length === 0 ? x : b.concat([x, b.reverse(x, [0])], 0)) },
  { name: 'computed', arrange: (b, x) => combine(b, x, b.dtype(x)) },
  {
    name: 'reduced',
    arrange: (b, x) => {
      const last = axesOf(b.shape(x)).slice(-1);
      return isNumeric(b.dtype(x)) ? b.reduceSum(x, last) : b.reduceMax(x, last);
    },
  },
  {
    name: 'reversed and combined with itself',
    arrange: (b, x) => combine(b, b.reverse(x, axesOf(b.shape(x)).slice(-1)), b.dtype(x), x),
  },
];

function combine(b: GraphBuilder, x: Value, dtype: DType, y: Value = x): Value {
  return isNumeric(dtype) ? b.add(x, y) : b.xor(x, b.not(y));
}

function axesOf(shape: Shape): readonly number[] {
  return shape.map((_, axis) => axis);
}

function reversedAxes(shape: Shape): readonly number[] {
  return axesOf(shape).toReversed();
}
