import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { elementwise } from '../operators/elementwise/elementwise.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { type ScalarOp, scalarOps } from '../scalar/scalar.ts';
import { type DType, dtypeNames, dtypes, isFloat, isNumeric } from '../types/dtype.ts';
import { equalShapes, type Shape, sizeOf } from '../types/shape.ts';
import { type Choices, randomLayout } from './random-layout.fixture.ts';

/** Constants to which simplification rules apply, and similar constants to which they must not apply. */
const CONSTANTS: { readonly [K in DType]: readonly number[] } = {
  float32: [0, -0, 1, -1, 2, -4, 0.5, 3, 0.1, -0.25, 2 ** 64, 2 ** -70, Infinity, -Infinity, NaN],
  // 2 ** 80 + 2 ** 28 is not a power of two, but so close to one that its logarithm is rounded to 80.
  float64: [0, -0, 1, -1, 2, -4, 0.5, 3, 0.1, -0.25, 2 ** 64, 2 ** -70, 2 ** 80 + 2 ** 28, Infinity, -Infinity, NaN],
  float16: [0, -0, 1, -1, 2, -4, 0.5, 3, 0.1, -0.25, 2 ** 15, 2 ** -14, 2 ** -24, Infinity, -Infinity, NaN],
  int32: [0, 1, -1, 2, 3, -2147483648, 2147483647],
  uint32: [0, 1, 2, 3, 2147483648, 4294967295],
  uint8: [0, 1, 2, 3, 128, 255],
  bool: [0, 1],
};

/**
 * Returns a graph of a random expression of two inputs of equal dtype. It contains any elementwise operators, nested
 * two to five deep, and constants to which simplification rules apply. Equal choices produce equal graphs.
 */
export function elementwiseGraph(source: Choices, dtype: DType, shape: Shape): Graph {
  const b = graphBuilder();
  const inputs = [b.input({ dtype, shape }), b.input({ dtype, shape })];
  const depth = source.integer(2, 5);
  return b.finish([expression(b, source, inputs, dtype, depth)]);
}

/** Arithmetic operators, which have the most simplification rules. */
const ARITHMETIC: readonly ScalarOp[] = ['neg', 'abs', 'add', 'sub', 'mul', 'div', 'pow', 'max', 'min'];
const instructions = (Object.keys(scalarOps) as ScalarOp[]).filter((op) => op in elementwise);

function expression(b: GraphBuilder, source: Choices, inputs: readonly Value[], wanted: DType, depth: number): Value {
  const own = b.dtype(inputs[0]);
  if (depth === 0 || source.next() < 0.1) return leaf(b, source, inputs, wanted);
  const make = (dtype: DType): Value => expression(b, source, inputs, dtype, depth - 1);
  // The second operand is usually an input or constant, as most rules require.
  const shallow = (dtype: DType): Value =>
    source.next() < 0.7 ? leaf(b, source, inputs, dtype) : expression(b, source, inputs, dtype, depth - 1);
  const choice = source.next();
  if (choice < 0.08) return b.select(make('bool'), make(wanted), shallow(wanted));
  if (choice < 0.2) {
    const from = source.next() < 0.5 ? own : source.pick(dtypeNames);
    const through = b.emit('cast', [make(from)], { dtype: source.next() < 0.5 ? wanted : source.pick(dtypeNames) })[0];
    return b.emit('cast', [through], { dtype: wanted })[0];
  }
  if (choice < 0.24) return b.stopGradient(make(wanted));
  // Half of the operators are arithmetic, because these have the most rules.
  const op = source.pick(source.next() < 0.5 ? ARITHMETIC : instructions);
  const { arity, accepts, result } = scalarOps[op];
  const operand: DType = result === 'bool' ? own : wanted;
  if (result === 'given' || arity === 3 || !accepts(operand) || (result === 'bool' && wanted !== 'bool')) {
    return expression(b, source, inputs, wanted, depth);
  }
  if (operand === 'bool' && (op === 'max' || op === 'min')) return expression(b, source, inputs, wanted, depth);
  const second = (): Value => (result === 'first' ? leaf(b, source, inputs, 'uint32') : shallow(operand));
  const apply = (first: Value): Value => {
    if (arity === 1) return emit(b, op, [first]);
    const other = source.next() < 0.15 && result !== 'first' ? first : second();
    return emit(b, op, result !== 'first' && source.next() < 0.5 ? [other, first] : [first, other]);
  };
  const once = apply(make(operand));
  // Repeats an operator often, because many rules merge two nodes of the same operator.
  return source.next() < 0.3 && b.dtype(once) === operand ? apply(once) : once;
}

/**
 * Generates a graph for each binary arithmetic operator, each pair of constants and each order of operands: the
 * operator is applied to an input and one constant, and then to the result and the other constant.
 */
export function* constantPairs(dtype: DType, shape: Shape): Generator<Graph> {
  const binary = ARITHMETIC.filter((op) => scalarOps[op].arity === 2 && scalarOps[op].accepts(dtype));
  const sides = [true, false];
  for (const op of binary) {
    for (const [first, second] of CONSTANTS[dtype].flatMap((x) => CONSTANTS[dtype].map((y) => [x, y]))) {
      for (const [isInnerLeft, isOuterLeft] of sides.flatMap((inner) => sides.map((outer) => [inner, outer]))) {
        const b = graphBuilder();
        const x = b.input({ dtype, shape });
        const apply = (value: Value, constant: number, isLeft: boolean): Value => {
          const number = b.constant(constant, dtype, shape);
          return emit(b, op, isLeft ? [number, value] : [value, number]);
        };
        yield b.finish([apply(apply(x, first, isInnerLeft), second, isOuterLeft)]);
      }
    }
  }
}

function emit(b: GraphBuilder, op: ScalarOp, operands: readonly Value[]): Value {
  // Each of these instructions is also the name of an operator without attributes.
  return b.emit(op as 'add', operands, {})[0];
}

function leaf(b: GraphBuilder, source: Choices, inputs: readonly Value[], dtype: DType): Value {
  const [x] = inputs;
  if (source.next() < 0.45) return b.constant(source.pick(CONSTANTS[dtype]), dtype, b.shape(x));
  const given = source.pick(inputs);
  return b.dtype(given) === dtype ? given : b.emit('cast', [given], { dtype })[0];
}

/**
 * Returns a random graph of layout operators, reductions, matrix products and some arithmetic, whose inputs have equal
 * dtypes. Equal choices produce equal graphs.
 */
export function arrangedGraph(source: Choices, dtype: DType, steps: number): Graph {
  const b = graphBuilder();
  const shapes: readonly Shape[] = [[2, 3], [3], [], [2, 1, 3], [2, 3, 2], [1], [0, 2]];
  const pool = shapes.map((shape) => b.input({ dtype, shape }));
  for (let step = 0; step < steps; step++) {
    const from = source.next() < 0.7 ? pool.slice(-2) : pool;
    const value = arranged(b, source, source.pick(from), pool);
    if (sizeOf(b.shape(value)) <= 300) pool.push(value);
  }
  return b.finish(pool.slice(-3));
}

function arranged(b: GraphBuilder, source: Choices, x: Value, pool: readonly Value[]): Value {
  const shape = b.shape(x);
  const axes = shape.map((_, axis) => axis);
  const some = axes.filter(() => source.next() < 0.5);
  const dtype = b.dtype(x);
  const like = source.pick(pool.filter((y) => equalShapes(b.shape(y), shape)));
  const number = b.constant(source.pick(isFloat(dtype) ? [0, 1, 2, -1] : [0, 1]), dtype, shape);
  const zeros = axes.map(() => 0);
  const numeric = isNumeric(dtype);
  const steps: (() => Value)[] = [
    () => randomLayout(b, x, source),
    () => randomLayout(b, x, source),
    () => randomLayout(b, source.next() < 0.5 ? number : x, source),
    () => b.reduceMax(x, some),
    () => b.reduceMin(source.next() < 0.3 ? number : x, some),
    () => reducedTwice(b, source, x),
    () => reducedTwice(b, source, b.transpose(x, source.permutation(shape.length))),
    () =>
      reducedTwice(
        b,
        source,
        b.expand(
          x,
          [2, ...shape],
          axes.map((axis) => axis + 1),
        ),
      ),
    () => b.transpose(b.transpose(x, source.permutation(shape.length)), source.permutation(shape.length)),
    () =>
      b.dynamicSlice(x, b.constant(0, 'int32', [shape.length]), source.next() < 0.5 ? shape : shape.map((n) => n && 1)),
    () => b.dynamicUpdateSlice(x, like, b.constant(0, 'int32', [shape.length])),
    () => (shape.length === 0 ? x : b.concat([x], 0)),
    () =>
      shape.length === 0
        ? x
        : b.concat(
            [
              x,
              b.slice(
                x,
                zeros,
                shape.with(0, 0),
                axes.map(() => 1),
              ),
            ],
            0,
          ),
    () =>
      b.reshape(
        b.constant(
          Array.from({ length: 70 }, (_, i) => i % 2),
          dtype,
          [70],
        ),
        [7, 10],
      ),
    () =>
      b.expand(
        x,
        [1, ...shape, 1],
        axes.map((axis) => axis + 1),
      ),
    () => (shape.length === 0 ? x : b.concat([number, number], source.integer(0, shape.length))),
    () => b.select(b.equal(x, like), x, number),
    () =>
      b.pad(
        number,
        b.constant(1, dtype),
        zeros,
        axes.map(() => source.integer(0, 2)),
        zeros,
      ),
    () => b.reverse(x, some),
  ];
  if (numeric) {
    steps.push(
      () => b.add(x, source.next() < 0.5 ? like : number),
      () => b.neg(x),
      () => b.reduceSum(source.next() < 0.3 ? number : x, some),
      () => b.reduceProd(source.next() < 0.3 ? number : x, some),
      () =>
        shape.length === 0 ? x : b.cumSum(x, source.integer(0, shape.length), source.next() < 0.5, source.next() < 0.3),
      () => (dtype === 'uint8' ? x : productOf(b, source, x)),
      () => sideBySide(b, source, x, like),
      () => (dtype === 'uint8' ? x : paddedConvolution(b, source, x)),
    );
  }
  return source.pick(steps)();
}

function reducedTwice(b: GraphBuilder, source: Choices, x: Value): Value {
  const ops = isNumeric(b.dtype(x))
    ? (['reduceSum', 'reduceProd', 'reduceMax', 'reduceMin'] as const)
    : (['reduceMax', 'reduceMin'] as const);
  const op = source.pick(ops);
  const axes = (value: Value): number[] => b.shape(value).flatMap((_, axis) => (source.next() < 0.5 ? [axis] : []));
  const once = b.emit(op, [x], { axes: axes(x) })[0];
  return b.emit(op, [once], { axes: axes(once) })[0];
}

function productOf(b: GraphBuilder, source: Choices, x: Value): Value {
  const y = b.transpose(x, source.permutation(b.shape(x).length));
  const pairs = b
    .shape(x)
    .flatMap((length, i) => b.shape(y).flatMap((n, j) => (n === length ? [[i, j] as const] : [])));
  if (pairs.length === 0) return x;
  const contract = [source.pick(pairs)];
  const batch = pairs.filter(([i, j]) => i !== contract[0][0] && j !== contract[0][1]).slice(0, source.integer(0, 2));
  const product = b.dot(x, y, batch, contract);
  return b.transpose(product, source.permutation(b.shape(product).length));
}

/** Emits a convolution of images that are padded with zeros and possibly transposed. */
function paddedConvolution(b: GraphBuilder, source: Choices, x: Value): Value {
  const shape = b.shape(x);
  if (shape.length < 3 || shape[1] === 0) return x;
  const around = shape.map((_, axis) => (axis < 2 ? 0 : source.integer(0, 3)));
  const isLast = source.next() < 0.5;
  const axes = shape.map((_, axis) => axis);
  const last = [0, ...axes.slice(2), 1];
  const padded = isLast
    ? b.transpose(
        b.pad(
          b.transpose(x, last),
          b.constant(0, b.dtype(x)),
          last.map((axis) => around[axis]),
          last.map((axis) => around[axis]),
          last.map(() => 0),
        ),
        [0, axes.length - 1, ...axes.slice(1, -1)],
      )
    : b.pad(
        x,
        b.constant(0, b.dtype(x)),
        around,
        around,
        axes.map(() => 0),
      );
  const ones = shape.slice(2).map(() => 1);
  const w = b.constant(source.pick(numbersOf(b.dtype(x))), b.dtype(x), [
    2,
    shape[1],
    ...ones.map((_, i) => 1 + (i % 2)),
  ]);
  return b.conv(padded, w, {
    strides: ones,
    padding: ones.map(() => [source.integer(0, 2), source.integer(0, 2)] as const),
    lhsDilation: ones,
    rhsDilation: ones,
    groups: 1,
  });
}

/**
 * Emits a sum that contains two values which zero padding has moved to adjacent positions, and another summand between
 * them.
 */
function sideBySide(b: GraphBuilder, source: Choices, x: Value, y: Value): Value {
  const shape = b.shape(x);
  if (shape.length === 0) return x;
  const axis = source.integer(0, shape.length);
  const zero = b.constant(0, b.dtype(x));
  const none = shape.map(() => 0);
  const first = b.pad(x, zero, none, none.with(axis, shape[axis]), none);
  const second = b.pad(y, zero, none.with(axis, shape[axis]), none, none);
  const third = b.add(second, b.full(second, 2));
  return source.next() < 0.5 ? b.add(first, second) : b.add(b.add(first, third), second);
}

/**
 * Returns special numbers of a dtype: constants to which rules apply, the smallest and largest numbers, denormals,
 * infinities and NaN.
 */
export function numbersOf(dtype: DType): readonly number[] {
  if (!isFloat(dtype)) return [...CONSTANTS[dtype], dtypes[dtype].max - 1];
  const tiny = { float16: 2 ** -24, float32: 2 ** -149 }[String(dtype)] ?? 5e-324;
  const largest = { float16: 65504, float32: 3.4028234663852886e38 }[String(dtype)] ?? Number.MAX_VALUE;
  return [...CONSTANTS[dtype], 7, -7.5, 1e-3, tiny, -tiny, 3 * tiny, largest, -largest, largest / 3, 2.5, -2.5, 0.999];
}
