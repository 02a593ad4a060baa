import {
  applyComposite,
  equalShapes,
  type GraphBuilder,
  graphBuilder,
  type HostArray,
  hostArray,
  isFloat,
  type Shape,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { type RandomSource, randomSource } from '@manabi/testing';
import type { Case } from '../matrix.ts';

/** Largest number of elements of a value that later operators may use. */
const LARGEST = 800;

/** Lengths of the axes of the inputs: below, at and above vector widths. */
const [ROWS, COLUMNS] = [
  [2, 3, 4],
  [4, 5, 8, 13, 19],
];

/**
 * Function that adds an operator to the graph and returns its result; returns an existing value if the operator cannot
 * be applied.
 */
type Grow = (forest: Forest) => Value;

/** A graph under construction: its builder, its values so far, and a source of random choices. */
interface Forest {
  readonly b: GraphBuilder;
  readonly source: RandomSource;
  readonly pool: Value[];
}

/**
 * Returns a small random graph of float32, int32 and bool operators of all kinds. Values stay moderate and conditions do
 * not depend on the last bits, so results may differ only by rounding. The same seed produces the same graph.
 */
export function randomCase(seed: number, nodes: number): Case {
  const source = randomSource(seed);
  const b = graphBuilder();
  const rows = source.pick(ROWS);
  const columns = source.pick(COLUMNS);
  const inputs = [
    inputOf(source, [rows, columns]),
    inputOf(source, [columns]),
    inputOf(source, [2, rows, columns]),
    integersOf(source, [rows]),
  ];
  const pool = inputs.map((array) => b.input(array));
  const forest = { b, source, pool };
  for (let i = 0; i < nodes; i++) {
    const made = source.pick(grows)(forest);
    if (sizeOf(b.shape(made)) <= LARGEST && !pool.includes(made)) pool.push(made);
  }
  const outputs = [...pool.slice(-3), source.pick(pool)];
  const donated = inputs.map((_, i) => i).filter(() => source.next() < 0.3);
  return { name: `seed ${seed}`, graph: b.finish(outputs), inputs, donated };
}

function inputOf(source: RandomSource, shape: Shape): HostArray {
  return hostArray('float32', shape, source.float32Array(sizeOf(shape), -2, 2));
}

function integersOf(source: RandomSource, shape: Shape): HostArray {
  return hostArray('int32', shape, source.int32Array(sizeOf(shape), -4, 5));
}

/** Returns a random value. Recent values are more likely, which produces longer chains of operators. */
function any({ source, pool }: Forest): Value {
  return source.pick(source.next() < 0.6 ? pool.slice(-4) : pool);
}

function float(forest: Forest): Value {
  return asFloat(forest, any(forest));
}

function asFloat({ b }: Forest, x: Value): Value {
  return isFloat(b.dtype(x)) ? x : b.cast(x, 'float32');
}

/**
 * Returns a random value converted to int32. Floats are compared with a threshold instead of rounded, because rounding
 * errors rarely change the result of a comparison.
 */
function integer(forest: Forest): Value {
  const { b } = forest;
  const x = any(forest);
  return isFloat(b.dtype(x)) ? b.cast(condition(forest, x), 'int32') : b.cast(x, 'int32');
}

/**
 * Compares the elements of `x` with a random threshold, which is rarely close to an element; returns a bool `x`
 * unchanged.
 */
function condition({ b, source }: Forest, x: Value): Value {
  const dtype = b.dtype(x);
  if (dtype === 'bool') return x;
  return b.less(x, b.full(x, isFloat(dtype) ? source.uniform(-1, 1) : source.integer(-2, 3)));
}

/** Returns a float value of a shape: an existing value, a broadcast one, or a constant. */
function shaped(forest: Forest, shape: Shape): Value {
  const { b, source, pool } = forest;
  const alike = pool.filter((y) => isFloat(b.dtype(y)) && equalShapes(b.shape(y), shape));
  if (alike.length > 0 && source.next() < 0.7) return source.pick(alike);
  const suffix = pool.filter((y) => {
    const given = b.shape(y);
    return (
      isFloat(b.dtype(y)) && given.length < shape.length && equalShapes(given, shape.slice(shape.length - given.length))
    );
  });
  if (suffix.length === 0) return b.constant(Array.from(source.float32Array(sizeOf(shape), -2, 2)), 'float32', shape);
  const y = source.pick(suffix);
  const from = shape.length - b.shape(y).length;
  return b.expand(
    y,
    shape,
    b.shape(y).map((_, axis) => from + axis),
  );
}

function axesOf(shape: Shape): number[] {
  return shape.map((_, axis) => axis);
}

function unary(forest: Forest): Value {
  const { b, source } = forest;
  const x = float(forest);
  return source.pick([
    () => b.neg(x),
    () => b.abs(x),
    () => b.tanh(x),
    () => b.sigmoid(x),
    () => b.sin(x),
    () => b.cos(x),
    () => b.atan(x),
    () => b.erf(x),
    () => b.exp(b.neg(b.abs(x))),
    () => b.expm1(b.tanh(x)),
    () => b.log1p(b.abs(x)),
    () => b.log(b.add(b.abs(x), b.full(x, 0.5))),
    () => b.sqrt(b.add(b.abs(x), b.full(x, 0.1))),
    () => b.asin(b.mul(b.tanh(x), b.full(x, 0.9))),
    () => b.pow(b.add(b.abs(x), b.full(x, 0.5)), b.full(x, source.pick([2, 0.5, -1, 3, 1.7]))),
    () => b.stopGradient(x),
  ])();
}

function binary(forest: Forest): Value {
  const { b, source } = forest;
  const x = float(forest);
  const y = shaped(forest, b.shape(x));
  return source.pick([
    () => b.add(x, y),
    () => b.sub(x, y),
    () => b.mul(b.tanh(x), b.sin(y)),
    () => b.div(b.tanh(x), b.add(b.abs(y), b.full(y, 0.7))),
    () => b.max(x, y),
    () => b.min(x, y),
    () => b.select(condition(forest, y), x, y),
    () => b.mul(x, b.full(x, source.pick([0, 1, -1, 0.5, 3]))),
    () => b.add(x, b.full(x, source.pick([0, 1, -2]))),
  ])();
}

function logic(forest: Forest): Value {
  const { b, source } = forest;
  const x = integer(forest);
  const y = source.pick([() => x, () => b.reverse(x, axesOf(b.shape(x))), () => b.full(x, source.integer(1, 4))])();
  return source.pick(
    [
      () => b.add(x, y),
      () => b.sub(x, y),
      () => b.mul(b.rem(x, b.full(x, 5)), b.rem(y, b.full(y, 3))),
      () => b.div(x, b.full(x, 2)),
      () => b.max(x, y),
      () => b.equal(x, y),
      () => b.lessEqual(x, y),
      () => b.xor(b.less(x, y), b.not(b.equal(x, y))),
      () => b.and(x, b.full(x, 7)),
      () => b.cast(b.and(x, b.full(x, 255)), 'uint8'),
      () => b.iota('int32', b.shape(x), source.integer(0, Math.max(1, b.shape(x).length))),
    ].slice(0, b.shape(x).length === 0 ? -1 : undefined),
  )();
}

function layout(forest: Forest): Value {
  const { b, source } = forest;
  const x = any(forest);
  const shape = b.shape(x);
  const each = (low: number, high: number): number[] => shape.map(() => source.integer(low, high));
  const at = source.integer(0, shape.length + 1);
  const from = shape.map((length) => source.integer(0, Math.min(2, length + 1)));
  const steps: (() => Value)[] = [
    () => b.reshape(x, [sizeOf(shape)]),
    () => b.reshape(x, [...shape.slice(0, at), 1, ...shape.slice(at)]),
    () => b.transpose(x, source.permutation(shape.length)),
    () =>
      b.expand(
        x,
        [...shape.slice(0, at), 3, ...shape.slice(at)],
        axesOf(shape).map((axis) => (axis < at ? axis : axis + 1)),
      ),
    () => b.slice(x, from, shape, each(1, 3)),
    () => b.pad(x, b.constant(0, b.dtype(x)), each(0, 2), each(0, 3), each(0, 2)),
    () =>
      b.reverse(
        x,
        axesOf(shape).filter(() => source.next() < 0.5),
      ),
  ];
  if (shape.length > 0) {
    const axis = source.integer(0, shape.length);
    steps.push(() => b.concat([x, b.reverse(x, [axis]), x], axis));
    steps.push(() =>
      b.dynamicSlice(
        x,
        b.constant(each(-1, 4), 'int32', [shape.length]),
        shape.map((length) => Math.max(0, length - source.integer(0, 2))),
      ),
    );
    steps.push(() =>
      b.dynamicUpdateSlice(x, b.slice(x, from, shape, each(1, 2)), b.constant(each(0, 2), 'int32', [shape.length])),
    );
  }
  return source.pick(steps)();
}

function reduction(forest: Forest): Value {
  const { b, source } = forest;
  const x = float(forest);
  const shape = b.shape(x);
  const axes = axesOf(shape).filter(() => source.next() < 0.5);
  const steps: (() => Value)[] = [
    () => b.reduceSum(x, axes),
    () => b.reduceMax(x, axes),
    () => b.reduceMin(b.sin(x), axes),
    () => b.reduceProd(b.add(b.mul(b.tanh(x), b.full(x, 0.3)), b.full(x, 1)), axes),
    () => b.reduceSum(b.cast(condition(forest, x), 'int32'), axes),
  ];
  const axis = axesOf(shape).find((candidate) => shape[candidate] > 0);
  if (axis !== undefined) {
    steps.push(() => b.cumSum(b.tanh(x), axis, source.next() < 0.5, source.next() < 0.5));
    steps.push(() => b.argMax(x, axis));
    steps.push(() => b.topK(x, Math.min(2, shape[axis]), axis, source.next() < 0.5)[0]);
  }
  return source.pick(steps)();
}

function indexing(forest: Forest): Value {
  const { b, source } = forest;
  const x = float(forest);
  const shape = b.shape(x);
  if (shape.length === 0 || shape.includes(0)) return x;
  const axis = source.integer(0, shape.length);
  const count = source.integer(1, 6);
  const indices = b.constant(Array.from(source.int32Array(count, 0, shape[axis])), 'int32', [count]);
  const lines = b.expand(indices, shape.with(axis, count), [axis]);
  return source.pick([
    () => b.gather(x, indices, axis),
    () => b.gatherElements(x, lines, axis),
    () =>
      b.scatterElements(x, lines, shaped(forest, shape.with(axis, count)), axis, source.pick(['add', 'max', 'min'])),
  ])();
}

function contraction(forest: Forest): Value {
  const { b, source } = forest;
  const x = b.tanh(float(forest));
  const shape = b.shape(x);
  const y = b.transpose(b.tanh(shaped(forest, shape)), source.permutation(shape.length));
  const equal = shape.flatMap((length, i) =>
    b.shape(y).flatMap((other, j) => (length === other ? [[i, j] as const] : [])),
  );
  if (equal.length === 0) return x;
  const contract = [source.pick(equal)];
  const batch = equal.filter(([i, j]) => i !== contract[0][0] && j !== contract[0][1]).slice(0, source.integer(0, 2));
  const rest = shape.filter((_, i) => i !== contract[0][0] && !batch.some(([axis]) => axis === i));
  return sizeOf(rest) > 30 ? x : b.dot(x, y, batch, contract);
}

function windowed(forest: Forest): Value {
  const { b, source } = forest;
  const given = float(forest);
  const shape = b.shape(given);
  if (shape.length < 2 || sizeOf(shape) > 300) return given;
  const between = (low: number, high: number): number => source.integer(low, high + 1);
  // One spatial axis, or two if the rank allows.
  const axes = shape.length >= 4 && source.next() < 0.7 ? 2 : 1;
  const lengths = shape.slice(shape.length - axes);
  const channels = shape[shape.length - axes - 1];
  const images = sizeOf(shape) / Math.max(1, channels * sizeOf(lengths));
  if (sizeOf(shape) === 0) return given;
  const x = b.reshape(b.tanh(given), [images, channels, ...lengths]);
  const window = lengths.map((length) => between(1, Math.min(3, length)));
  const padding = window.map((size) => [between(0, Math.min(1, size - 1)), between(0, size - 1)] as const);
  const strides = lengths.map(() => between(1, 2));
  const dilation = lengths.map(() => 1);
  const pool = { window, strides, padding, dilation };
  return source.pick([
    () => b.windowSum(x, pool),
    () => b.maxPool(x, pool)[0],
    () => {
      const groups = channels % 2 === 0 && source.next() < 0.5 ? 2 : 1;
      const filters = groups * between(1, 3);
      const w = b.sin(shaped(forest, [filters, channels / groups, ...window]));
      return b.conv(x, w, { strides, padding, lhsDilation: dilation, rhsDilation: dilation, groups });
    },
  ])();
}

function composite(forest: Forest): Value {
  const { b, source } = forest;
  const x = float(forest);
  const shape = b.shape(x);
  const last = shape.length - 1;
  if (shape.length === 0 || shape.includes(0)) return applyComposite(b, 'relu', [x], {})[0];
  return source.pick([
    () => applyComposite(b, 'relu', [x], {})[0],
    () => applyComposite(b, 'gelu', [x], { approximate: false })[0],
    () => applyComposite(b, 'softplus', [x], {})[0],
    () => applyComposite(b, 'softmax', [x], { axis: last })[0],
    () => applyComposite(b, 'logSumExp', [x], { axes: [last] })[0],
    () => applyComposite(b, 'layerNorm', [x], { axes: [last], epsilon: 0.5 })[0],
    () => applyComposite(b, 'reduceMean', [x], { axes: [last] })[0],
    () => applyComposite(b, 'clip', [x], { min: -1.3, max: 1.1 })[0],
  ])();
}

const grows: readonly Grow[] = [
  unary,
  unary,
  binary,
  binary,
  binary,
  logic,
  layout,
  layout,
  layout,
  reduction,
  reduction,
  indexing,
  contraction,
  windowed,
  composite,
];
