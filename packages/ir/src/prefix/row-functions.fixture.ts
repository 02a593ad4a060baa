import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';

/**
 * Arguments of a row function, for a batch of n rows: values [n, 4], indices below 4 [n, 4], and weights [4, 4] and
 * [4].
 */
export interface Parts {
  readonly b: GraphBuilder;
  readonly n: number;
  readonly x: Value;
  readonly y: Value;
  readonly ids: Value;
  readonly weights: Value;
  readonly bias: Value;
}

/** A function that emits nodes and returns a value of shape [n, 4], one row per row of the batch. */
export type RowFunction = (parts: Parts) => Value;

const float = { dtype: 'float32' } as const;
const overRows = (b: GraphBuilder, row: Value, n: number): Value => b.expand(row, [n, 4], [1]);
const overColumns = (b: GraphBuilder, column: Value, n: number): Value => b.expand(column, [n, 4], [0]);

/**
 * Functions for which each row of the result depends only on the same and earlier rows. Together they contain operators
 * of every lowering class.
 */
export const independent: Readonly<Record<string, RowFunction>> = {
  'elementwise functions': ({ b, x, y }) => b.select(b.less(x, y), b.tanh(x), b.mul(x, b.full(x, 2))),
  'sums of columns': ({ b, n, x }) => overColumns(b, b.reduceSum(x, [1]), n),
  'argMax within rows': ({ b, n, x }) => overColumns(b, b.cast(b.argMax(x, 1), 'float32'), n),
  'running sums within rows': ({ b, x }) => b.cumSum(x, 1, true, false),
  'running sums over rows': ({ b, x }) => b.cumSum(x, 0, false, true),
  'reversed rows': ({ b, x }) => b.reverse(x, [1]),
  transposes: ({ b, x }) => b.transpose(b.exp(b.transpose(x, [1, 0])), [1, 0]),
  'reshapes of each row': ({ b, n, x }) => b.reshape(b.reduceMax(b.reshape(x, [n, 2, 2, 1]), [3]), [n, 4]),
  'reshapes that merge rows and split them again': ({ b, n, x }) => b.reshape(b.neg(b.reshape(x, [2 * n, 2])), [n, 4]),
  'reshapes to a vector and back': ({ b, n, x }) => b.reshape(b.neg(b.reshape(x, [4 * n])), [n, 4]),
  'concatenated parts of rows': ({ b, n, x, y }) =>
    b.concat([b.slice(x, [0, 0], [n, 2], [1, 1]), b.slice(y, [0, 2], [n, 4], [1, 1])], 1),
  'padding of each row': ({ b, n, x, bias }) =>
    b.slice(b.pad(x, b.reduceSum(bias, [0]), [0, 1], [0, 2], [0, 0]), [0, 0], [n, 4], [1, 1]),
  'the previous row': ({ b, n, x, bias }) =>
    b.slice(b.pad(x, b.reduceSum(bias, [0]), [1, 0], [0, 0], [0, 0]), [0, 0], [n, 4], [1, 1]),
  'row indices': ({ b, n, x }) => b.add(x, b.iota('float32', [n, 4], 0)),
  'random numbers': ({ b, n, x }) =>
    b.add(x, b.cast(b.randomBits(b.constant([1, 2], 'uint32', [2]), [n, 4]), 'float32')),
  'products with weights': ({ b, x, weights }) => b.dot(x, weights, [], [[1, 0]]),
  'products within rows': ({ b, n, x, y }) => overColumns(b, b.dot(x, y, [[0, 0]], [[1, 1]]), n),
  embeddings: ({ b, ids, bias }) => b.gather(bias, ids, 0),
  'gathered elements of each row': ({ b, x, ids }) => b.gatherElements(x, ids, 1),
  'scattered updates of each row': ({ b, x, ids, y }) => b.scatterElements(x, ids, y, 1, 'add'),
  'sorted rows': ({ b, x }) => b.topK(x, 4, 1, true)[0],
  convolutions: ({ b, n, x, weights }) =>
    b.reshape(
      b.conv(b.reshape(x, [n, 1, 2, 2]), b.reshape(weights, [4, 1, 2, 2]), {
        ...{
          strides: [1, 1],
          padding: [
            [0, 0],
            [0, 0],
          ],
          lhsDilation: [1, 1],
          rhsDilation: [1, 1],
          groups: 1,
        },
      }),
      [n, 4],
    ),
  'a loop over columns': ({ b, n, x, bias }) => loop(b, n, x, bias, (c, row) => c.expand(row, [n, 4], [0])),
  'a branch on weights': ({ b, n, x, bias }) =>
    branch(b, n, x, b.less(b.reduceSum(bias, [0]), b.constant(0, 'float32'))),
  'a loop that ends by the weights': ({ b, n, x, bias }) =>
    repeat(b, n, x, bias, (c, _x, w) => c.less(c.reduceSum(w, [0]), c.constant(9, 'float32'))),
};

/** Functions for which a row of the result depends on later rows or on the number of rows. */
export const dependent: Readonly<Record<string, RowFunction>> = {
  'sums over rows': ({ b, n, x }) => overRows(b, b.reduceSum(x, [0]), n),
  'maxima over rows': ({ b, n, x }) => overRows(b, b.reduceMax(x, [0]), n),
  'argMax over rows': ({ b, n, x }) => overRows(b, b.cast(b.argMax(x, 0), 'float32'), n),
  'reverse running sums over rows': ({ b, x }) => b.cumSum(x, 0, true, false),
  'reversed order of rows': ({ b, x }) => b.reverse(x, [0]),
  'the number of rows': ({ b, n, x }) => b.div(x, b.full(x, n)),
  'the number of rows in an index': ({ b, n, x }) => b.expand(b.slice(x, [n - 1, 0], [n, 4], [1, 1]), [n, 4], [0, 1]),
  'a transposed reshape': ({ b, n, x }) => b.reshape(b.transpose(x, [1, 0]), [n, 4]),
  'the next row': ({ b, n, x, bias }) =>
    b.slice(b.pad(x, b.reduceSum(bias, [0]), [0, 0], [1, 0], [0, 0]), [1, 0], [n + 1, 4], [1, 1]),
  'rows of a concat': ({ b, n, x, y }) => b.slice(b.concat([x, y], 0), [1, 0], [n + 1, 4], [1, 1]),
  'products of rows with all rows': ({ b, x, y }) => b.dot(b.dot(x, y, [], [[1, 1]]), y, [], [[1, 0]]),
  'sums by index': ({ b, n, x, ids, bias }) => overRows(b, b.scatterND(bias, b.reshape(ids, [n, 4, 1]), x, 'add'), n),
  'sorted columns': ({ b, n, x }) => b.topK(x, n, 0, true)[0],
  'a loop that reads all rows': ({ b, n, x, bias }) =>
    loop(b, n, x, bias, (c, row) => c.expand(c.reduceMax(row, [0]), [n, 4], [])),
  'a branch on all rows': ({ b, n, x }) =>
    branch(b, n, x, b.less(b.reduceSum(b.abs(x), [0, 1]), b.constant(9, 'float32'))),
  'a loop that ends by all rows': ({ b, n, x, bias }) =>
    repeat(b, n, x, bias, (c, rows) => c.less(c.constant(2.5, 'float32'), c.reduceSum(c.abs(rows), [0, 1]))),
};

/** Emits a scan over the columns of x with a carry of shape [n, 4]. */
function loop(b: GraphBuilder, n: number, x: Value, bias: Value, read: (c: GraphBuilder, row: Value) => Value): Value {
  const c = graphBuilder();
  const [carry, row] = [c.input({ ...float, shape: [n, 4] }), c.input({ ...float, shape: [n] })];
  const body = c.finish([c.tanh(c.add(carry, read(c, row)))]);
  const operands = [overRows(b, bias, n), b.transpose(x, [1, 0])];
  return b.scan(operands, { body, carries: 1, xs: 1, length: 4, reverse: false })[0];
}

function branch(b: GraphBuilder, n: number, x: Value, condition: Value): Value {
  const side = (op: 'tanh' | 'neg'): Graph => {
    const c = graphBuilder();
    return c.finish([c[op](c.input({ ...float, shape: [n, 4] }))]);
  };
  return b.cond(condition, [x], side('tanh'), side('neg'))[0];
}

/** Emits a while loop that halves x up to three times. */
function repeat(
  b: GraphBuilder,
  n: number,
  x: Value,
  bias: Value,
  holds: (c: GraphBuilder, x: Value, bias: Value) => Value,
): Value {
  const graph = (make: (c: GraphBuilder, x: Value, bias: Value) => Value): Graph => {
    const c = graphBuilder();
    const [value, constant] = [c.input({ ...float, shape: [n, 4] }), c.input({ ...float, shape: [4] })];
    return c.finish([make(c, value, constant)]);
  };
  const body = graph((c, value) => c.mul(value, c.full(value, 0.5)));
  return b.while([x, bias], { test: graph(holds), body, carries: 1, maxTrips: 3 })[0];
}
