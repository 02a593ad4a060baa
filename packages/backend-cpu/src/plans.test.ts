import { describe, expect, test } from '@jest/globals';
import { compilePlan, routineTable } from '@manabi/compiler';
import { interpretPlan } from '@manabi/compiler/interpret';
import { printPlan } from '@manabi/compiler/report';
import {
  type Attributes,
  applyComposite,
  type DType,
  dtypes,
  type Graph,
  type GraphBuilder,
  gradGraph,
  graphBuilder,
  hostArray,
  sizeOf,
  type Value,
  type WindowAttributes,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { cpuTarget } from './target.ts';

/**
 * A plan that the snapshot contains, described by its graph, its donated inputs, and the inputs to differentiate by.
 */
interface Case {
  readonly build: (b: GraphBuilder) => readonly Value[];
  readonly donated?: readonly number[];
  /** Inputs by which the first output is differentiated. Default: no differentiation. */
  readonly gradient?: readonly number[];
}

const input = (b: GraphBuilder, shape: readonly number[], dtype: DType = 'float32') => b.input({ dtype, shape });
const row = (b: GraphBuilder, x: Value, like: Value) => b.expand(x, b.shape(like), [b.shape(like).length - 1]);
const scalar = (b: GraphBuilder, x: Value, like: Value) => b.expand(x, b.shape(like), []);

/** Returns the sum of the elements that `make` returns, each multiplied by a weight. The weights are a new input. */
function weighted(b: GraphBuilder, shape: readonly number[], make: () => Value): Value {
  const weights = input(b, shape);
  const product = b.mul(make(), weights);
  return b.reduceSum(
    product,
    shape.map((_, axis) => axis),
  );
}

/** Attributes of pooling with adjacent windows of two elements along the last axis. */
const pooling: WindowAttributes = { window: [2], strides: [2], padding: [[0, 0]], dilation: [1] };

function convolution(rank: number): Attributes['conv'] {
  const ones = new Array<number>(rank).fill(1);
  return { strides: ones, padding: ones.map(() => [0, 0]), lhsDilation: ones, rhsDilation: ones, groups: 1 };
}

function dense(b: GraphBuilder, x: Value, w: Value, bias: Value): Value {
  const product = b.dot(x, w, [], [[b.shape(x).length - 1, 0]]);
  return b.add(product, row(b, bias, product));
}

const cases: Readonly<Record<string, Case>> = {
  'elementwise chain: one loop': {
    build: (b) => {
      const x = input(b, [6, 50]);
      return [b.tanh(b.mul(b.add(x, b.full(x, 1)), x))];
    },
  },
  'bias and scale: a broadcast row and a broadcast scalar': {
    build: (b) => {
      const x = input(b, [6, 50]);
      return [b.mul(b.add(x, row(b, input2(b, x), x)), b.full(x, 2))];
    },
  },
  'transpose: one copy': { build: (b) => [b.transpose(input(b, [5, 7]), [1, 0])] },
  'transpose before an elementwise operator: read without a copy': {
    build: (b) => {
      const x = input(b, [5, 7]);
      const y = input(b, [7, 5]);
      return [b.add(b.transpose(x, [1, 0]), y)];
    },
  },
  'reshape, slice and reverse: index arithmetic': {
    build: (b) => {
      const x = input(b, [4, 6]);
      return [b.exp(b.reverse(b.slice(b.reshape(x, [2, 12]), [0, 2], [2, 10], [1, 2]), [1]))];
    },
  },
  'reshape across a transpose: loops are divided': {
    build: (b) => [b.neg(b.reshape(b.transpose(input(b, [4, 6]), [1, 0]), [24]))],
  },
  'sum of rows': { build: (b) => [b.reduceSum(input(b, [8, 33]), [1])] },
  'sum of columns': { build: (b) => [b.reduceSum(input(b, [8, 33]), [0])] },
  'sum over all axes': { build: (b) => [b.reduceSum(input(b, [8, 33]), [0, 1])] },
  'root of the mean of squares: one kernel': {
    build: (b) => {
      const x = input(b, [8, 33]);
      const sum = b.reduceSum(b.mul(x, x), [1]);
      return [b.sqrt(b.mul(sum, b.full(sum, 1 / 33)))];
    },
  },
  'sum and sum of squares of columns: one pass': {
    build: (b) => {
      const x = input(b, [16, 9]);
      return [b.reduceSum(x, [0]), b.reduceSum(b.mul(x, x), [0])];
    },
  },
  'softmax: one kernel, three phases': {
    build: (b) => applyComposite(b, 'softmax', [input(b, [8, 10])], { axis: 1 }),
  },
  'softmax along the first axis': {
    build: (b) => applyComposite(b, 'softmax', [input(b, [8, 10])], { axis: 0 }),
  },
  'log-softmax and its gradient': {
    build: (b) => {
      const x = input(b, [4, 5]);
      const y = input(b, [4, 5]);
      return [b.reduceSum(b.mul(applyComposite(b, 'logSoftmax', [x], { axis: 1 })[0], y), [0, 1])];
    },
    gradient: [0],
  },
  'argmax and maximum': {
    build: (b) => {
      const x = input(b, [6, 10]);
      return [b.argMax(x, 1), b.reduceMax(x, [1])];
    },
  },
  'cumulative sum in both directions': {
    build: (b) => {
      const x = input(b, [3, 8]);
      return [b.cumSum(x, 1, false, false), b.cumSum(x, 0, true, true)];
    },
  },
  'dense layer: bias and relu in the epilogue': {
    build: (b) => {
      const x = input(b, [8, 20]);
      const w = input(b, [20, 12]);
      const c = input(b, [12]);
      return applyComposite(b, 'relu', [dense(b, x, w, c)], {});
    },
  },
  'dense layer over a sequence: axes of rows are merged': {
    build: (b) => {
      const x = input(b, [2, 3, 20]);
      const w = input(b, [20, 12]);
      const c = input(b, [12]);
      return [dense(b, x, w, c)];
    },
  },
  'products with transposed operands: read with strides, without copies': {
    build: (b) => {
      const x = input(b, [20, 8]);
      const w = input(b, [12, 20]);
      return [b.dot(b.transpose(x, [1, 0]), b.transpose(w, [1, 0]), [], [[1, 0]])];
    },
  },
  'product with a reversed operand: a copy with positive strides': {
    build: (b) => {
      const x = input(b, [8, 20]);
      const w = input(b, [20, 12]);
      return [b.dot(b.reverse(x, [1]), w, [], [[1, 0]])];
    },
  },
  'batched product': {
    build: (b) => {
      const x = input(b, [3, 4, 5]);
      const y = input(b, [3, 5, 6]);
      return [b.dot(x, y, [[0, 0]], [[2, 1]])];
    },
  },
  'attention heads: batch axes between the other axes': {
    build: (b) => {
      const q = input(b, [2, 6, 3, 4]);
      const k = input(b, [2, 6, 3, 4]);
      return [
        b.dot(
          q,
          k,
          [
            [0, 0],
            [2, 2],
          ],
          [[3, 3]],
        ),
      ];
    },
  },
  'convolution of channels-last images, bias, relu, pooling: no copies, and channels stay last': {
    build: (b) => {
      const x = input(b, [2, 9, 9, 4]);
      const w = input(b, [3, 3, 4, 8]);
      const c = input(b, [8]);
      const product = b.emit('conv', [b.transpose(x, [0, 3, 1, 2]), b.transpose(w, [3, 2, 0, 1])], {
        strides: [1, 1],
        padding: [
          [0, 0],
          [0, 0],
        ],
        lhsDilation: [1, 1],
        rhsDilation: [1, 1],
        groups: 1,
      })[0];
      const last = b.transpose(product, [0, 2, 3, 1]);
      const active = applyComposite(b, 'relu', [b.add(last, row(b, c, last))], {})[0];
      const pooled = b.emit('maxPool', [b.transpose(active, [0, 3, 1, 2])], {
        window: [2, 2],
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
        dilation: [1, 1],
      })[0];
      const out = b.transpose(pooled, [0, 2, 3, 1]);
      return [b.reduceSum(b.mul(out, out), [0, 1, 2, 3])];
    },
    gradient: [0, 1, 2],
  },
  'product with a computed operand: computes the operand first': {
    build: (b) => {
      const x = input(b, [4, 5]);
      const y = input(b, [5, 6]);
      return [b.dot(b.exp(x), b.tanh(y), [], [[1, 0]])];
    },
  },
  'gradient of a dense layer': {
    build: (b) => {
      const x = input(b, [8, 20]);
      const w = input(b, [20, 12]);
      const c = input(b, [12]);
      return [b.reduceSum(b.tanh(dense(b, x, w, c)), [0, 1])];
    },
    gradient: [0, 1, 2],
  },
  'gather of rows': {
    build: (b) => [b.gather(input(b, [9, 4]), input(b, [5], 'int32'), 0)],
  },
  'gradient of an embedding: rows are added in the order of the indices': {
    build: (b) => {
      const table = input(b, [9, 4]);
      const ids = input(b, [5], 'int32');
      const rows = b.gather(table, ids, 0);
      return [b.reduceSum(b.mul(rows, rows), [0, 1])];
    },
    gradient: [0],
  },
  padding: {
    build: (b) => {
      const x = input(b, [3, 4]);
      return [b.pad(x, b.constant(0, 'float32'), [1, 0], [0, 2], [0, 1])];
    },
  },
  'concatenation of computed parts': {
    build: (b) => {
      const x = input(b, [3, 4]);
      const y = input(b, [3, 2]);
      return [b.concat([b.exp(x), b.neg(y)], 1)];
    },
  },
  'top two of each row': { build: (b) => b.topK(input(b, [4, 9]), 2, 1, true) },
  'top two of each column: transposes before and after': { build: (b) => b.topK(input(b, [9, 4]), 2, 0, true) },
  'layer normalization': {
    build: (b) => {
      const x = input(b, [4, 16]);
      const gain = input(b, [16]);
      const offset = input(b, [16]);
      return applyComposite(b, 'layerNorm', [x, gain, offset], { axes: [1], epsilon: 1e-5 });
    },
  },
  'convolution, bias and relu: one copy of the windows and one product': {
    build: (b) => {
      const x = input(b, [2, 3, 8, 8]);
      const w = input(b, [4, 3, 3, 3]);
      const bias = input(b, [4]);
      const y = b.conv(x, w, convolution(2));
      const z = b.add(y, b.expand(bias, b.shape(y), [1]));
      return [b.max(z, b.full(z, 0))];
    },
  },
  'convolution of small images: one product for all images, reordered by the next operator': {
    build: (b) => [b.abs(b.conv(input(b, [5, 3, 4, 4]), input(b, [4, 3, 3, 3]), convolution(2)))],
  },
  'convolution with 1x1 filters: one product without copies': {
    build: (b) => [b.conv(input(b, [2, 3, 6, 6]), input(b, [4, 3, 1, 1]), convolution(2))],
  },
  'gradient of a convolution with respect to the image': {
    build: (b) => [
      weighted(b, [2, 4, 6, 6], () => b.conv(input(b, [2, 3, 8, 8]), input(b, [4, 3, 3, 3]), convolution(2))),
    ],
    gradient: [1],
  },
  'gradient of a convolution with respect to the filters': {
    build: (b) => [
      weighted(b, [2, 4, 6, 6], () => b.conv(input(b, [2, 3, 8, 8]), input(b, [4, 3, 3, 3]), convolution(2))),
    ],
    gradient: [2],
  },
  'sums of windows: read without a copy': {
    build: (b) => [b.windowSum(input(b, [2, 3, 6]), pooling)],
  },
  'maximum pooling without indices': {
    build: (b) => [b.maxPool(input(b, [2, 3, 6]), pooling)[0]],
  },
  'maximum pooling with indices': { build: (b) => b.maxPool(input(b, [2, 3, 6]), pooling) },
  'gradient of maximum pooling': {
    build: (b) => [weighted(b, [2, 3, 3], () => b.maxPool(input(b, [2, 3, 6]), pooling)[0])],
    gradient: [1],
  },
  'momentum: parameter and velocity are overwritten in one pass': {
    build: (b) => {
      const p = input(b, [6, 50]);
      const v = input(b, [6, 50]);
      const g = input(b, [6, 50]);
      const rate = input(b, []);
      const next = b.sub(b.mul(v, b.full(v, 0.9)), b.mul(g, scalar(b, rate, g)));
      return [b.add(p, next), next];
    },
    donated: [0, 1],
  },
  'a step size computed last runs first': {
    build: (b) => {
      const w = input(b, [20, 12]);
      const x = input(b, [8, 20]);
      const g = input(b, [8, 12]);
      const t = input(b, []);
      const dw = b.dot(x, g, [], [[0, 0]]);
      const rate = b.sqrt(b.pow(b.full(t, 0.9), t));
      return [b.sub(w, b.mul(dw, scalar(b, rate, dw)))];
    },
    donated: [0],
  },
  'update in the epilogue of the gradient, after the last reader of the old weights': {
    build: (b) => {
      const w = input(b, [20, 12]);
      const x = input(b, [8, 20]);
      const g = input(b, [8, 12]);
      const dw = b.dot(x, g, [], [[0, 0]]);
      const next = b.sub(w, b.mul(dw, b.full(dw, 0.1)));
      const dx = b.dot(g, w, [], [[1, 1]]);
      return [next, dx];
    },
    donated: [0],
  },
  'update of a slice: overwrites the donated array': {
    build: (b) => {
      const x = input(b, [8, 4]);
      const u = input(b, [1, 4]);
      const at = input(b, [2], 'int32');
      return [b.dynamicUpdateSlice(x, u, at)];
    },
    donated: [0],
  },
  'scatter into its own updates: does not overwrite them, because they are still read': {
    build: (b) => {
      const x = input(b, [8]);
      const indices = input(b, [8], 'int32');
      return [b.scatterElements(x, indices, x, 0, 'add')];
    },
    donated: [0],
  },
  'random bits: one expression of the index': {
    build: (b) => [b.randomBits(input(b, [2], 'uint32'), [12])],
  },
  'scan: a projection before it, then iterations of one product and one loop': {
    build: (b) => {
      const operands = [[2, 4], [5, 2, 3], [3, 4], [4, 4], [4]].map((shape) => input(b, shape));
      return b.scan(operands, { body: recurrent(), carries: 1, xs: 1, length: 5, reverse: false });
    },
  },
  'gradient of a scan: reversed iterations, then one product for each weight': {
    build: (b) => {
      const weights = input(b, [5, 2, 4]);
      const operands = [[2, 4], [5, 2, 3], [3, 4], [4, 4], [4]].map((shape) => input(b, shape));
      const [, ys] = b.scan(operands, { body: recurrent(), carries: 1, xs: 1, length: 5, reverse: false });
      return [b.reduceSum(b.mul(ys, weights), [0, 1, 2])];
    },
    gradient: [3, 4, 5],
  },
  'swapped carries: one loop that overwrites both': {
    build: (b) => {
      const [x, y] = [input(b, [4]), input(b, [4])];
      return b.scan([x, y], { body: exchange(), carries: 2, xs: 0, length: 3, reverse: false });
    },
  },
  'while loop: runs its test before each iteration': {
    build: (b) => {
      const [x, k] = [input(b, []), input(b, [])];
      const test = bodyOf([[], []], (inner, [y, most]) => [inner.less(y, most)]);
      const body = bodyOf([[], []], (inner, [y]) => [inner.add(y, inner.full(y, 1))]);
      return b.while([x, k], { test, body, carries: 1, maxTrips: 100 });
    },
  },
  'cond with cheap branches: both results are computed, then one is selected': {
    build: (b) => {
      const [x, y] = [input(b, [4]), input(b, [4])];
      const condition = b.less(b.reduceSum(x, [0]), b.constant(0, 'float32'));
      const thenBranch = bodyOf([[4], [4]], (inner, [u, v]) => [inner.mul(u, v)]);
      const elseBranch = bodyOf([[4], [4]], (inner, [u]) => [inner.exp(u)]);
      return b.cond(condition, [x, y], thenBranch, elseBranch);
    },
  },
  'cond with expensive branches: runs one of two plans': {
    build: (b) => {
      const [x, y] = [input(b, [4, 8]), input(b, [8, 4])];
      const condition = b.less(b.reduceSum(x, [0, 1]), b.constant(0, 'float32'));
      const shapes = [
        [4, 8],
        [8, 4],
      ];
      const thenBranch = bodyOf(shapes, (inner, [u, v]) => [inner.dot(u, v, [], [[1, 0]])]);
      const elseBranch = bodyOf(shapes, (inner, [u]) => [inner.exp(inner.slice(u, [0, 0], [4, 4], [1, 1]))]);
      return b.cond(condition, [x, y], thenBranch, elseBranch);
    },
  },
  'outputs that are inputs, duplicates or constants: copies': {
    build: (b) => {
      const x = input(b, [4]);
      const y = b.exp(x);
      return [x, y, y, b.constant([1, 2, 3], 'float32', [3])];
    },
  },
};

function bodyOf(
  shapes: readonly (readonly number[])[],
  write: (b: GraphBuilder, inputs: readonly Value[]) => readonly Value[],
): Graph {
  const b = graphBuilder();
  const inputs = shapes.map((shape) => input(b, shape));
  return b.finish(write(b, inputs));
}

/**
 * Returns the body of a recurrent layer: (h, x, weights of x, weights of h, bias) → (y, y), where y = tanh(x · wx + h ·
 * wh + bias).
 */
function recurrent(): Graph {
  return bodyOf([[2, 4], [2, 3], [3, 4], [4, 4], [4]], (b, [h, x, wx, wh, bias]) => {
    const products = b.add(b.dot(x, wx, [], [[1, 0]]), b.dot(h, wh, [], [[1, 0]]));
    const next = b.tanh(b.add(products, row(b, bias, products)));
    return [next, next];
  });
}

/** Returns the body of a loop that exchanges its two carries: (x, y) → (y, x · y). */
function exchange(): Graph {
  return bodyOf([[4], [4]], (b, [x, y]) => [y, b.mul(x, y)]);
}

function input2(b: GraphBuilder, like: Value): Value {
  // Computes a row from an existing input, because a new input would have to precede all nodes.
  return b.reduceMax(like, [0]);
}

function graphOf({ build, gradient }: Case): Graph {
  const builder = graphBuilder();
  const graph = builder.finish(build(builder));
  return gradient === undefined ? graph : gradGraph(graph, { wrt: gradient });
}

function inputsOf(graph: Graph) {
  const random = randomSource(7);
  return graph.types.slice(0, graph.inputCount).map(({ dtype, shape }) => {
    const data = dtypes[dtype].create(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = dtype === 'float32' ? random.uniform(-1, 1) : random.integer(0, 8);
    return hostArray(dtype, shape, data);
  });
}

describe('plans', () => {
  for (const [name, example] of Object.entries(cases)) {
    test(name, () => {
      const graph = graphOf(example);
      const plan = compilePlan(graph, { target: cpuTarget, donated: example.donated ?? [] });
      expect(printPlan(plan, routineTable)).toMatchSnapshot();
      const inputs = inputsOf(graph);
      const expected = interpret(graph, inputs);
      interpretPlan(plan, inputs).forEach((actual, i) => {
        assertArraysClose(actual.data, expected[i].data, { rtol: 1e-5, atol: 1e-6 }, `output ${i}`);
      });
    });
  }
});
