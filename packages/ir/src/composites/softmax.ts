import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { expandOver } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Softmax and logarithms of it, of one float operand `x`. */
export interface SoftmaxConfigs {
  /** y = e^x / Σ e^x along `axis` (ONNX Softmax). */
  softmax: { readonly axis: number };
  /** y = x - ln Σ e^x along `axis` (ONNX LogSoftmax). */
  logSoftmax: { readonly axis: number };
  /** y = ln Σ e^x over `axes`, which are removed (ONNX ReduceLogSumExp). */
  logSumExp: { readonly axes: readonly number[] };
}

/**
 * Softmax and logarithms of it. The largest element is subtracted before exponentials are computed, so that they do not
 * overflow. If all elements are -infinity, `softmax` and `logSoftmax` are NaN and `logSumExp` is -infinity.
 */
export const softmax: { readonly [K in keyof SoftmaxConfigs]: Composite<SoftmaxConfigs[K]> } = {
  softmax: {
    body: (b, [x], { axis }) => {
      const exponentials = b.exp(belowLargest(b, x, axis));
      return [b.div(exponentials, sumOver(b, exponentials, axis))];
    },
    vjp: (b, { results: [o], config: { axis } }, [g]) => [b.mul(o, b.sub(g, sumOver(b, b.mul(g, o), axis)))],
  },
  logSoftmax: {
    body: (b, [x], { axis }) => {
      const shifted = belowLargest(b, x, axis);
      const logSum = b.log(b.reduceSum(b.exp(shifted), [axis]));
      return [b.sub(shifted, expandOver(b, logSum, b.shape(x), [axis]))];
    },
    vjp: (b, { results: [o], config: { axis } }, [g]) => [b.sub(g, b.mul(b.exp(o), sumOver(b, g, axis)))],
  },
  logSumExp: {
    body: (b, [x], { axes }) => {
      const largest = b.stopGradient(b.reduceMax(x, axes));
      const shift = b.select(b.isInf(largest), b.full(largest, 0), largest);
      const exponentials = b.exp(b.sub(x, expandOver(b, shift, b.shape(x), axes)));
      return [b.add(shift, b.log(b.reduceSum(exponentials, axes)))];
    },
    vjp: (b, { operands: [x], results: [o], config: { axes } }, [g]) => {
      const shape = b.shape(x);
      // If all elements are -infinity, the gradient of each is 0. If one element is +infinity, the gradients of all
      // others are 0.
      const shift = b.select(b.equal(o, b.full(o, Number.NEGATIVE_INFINITY)), b.full(o, 0), o);
      const share = b.exp(b.sub(x, expandOver(b, shift, shape, axes)));
      return [b.mul(expandOver(b, g, shape, axes), share)];
    },
  },
};

function belowLargest(b: GraphBuilder, x: Value, axis: number): Value {
  const largest = b.stopGradient(b.reduceMax(x, [axis]));
  return b.sub(x, expandOver(b, largest, b.shape(x), [axis]));
}

/** Sums a value along an axis and broadcasts the sums back to its shape. */
function sumOver(b: GraphBuilder, x: Value, axis: number): Value {
  return expandOver(b, b.reduceSum(x, [axis]), b.shape(x), [axis]);
}
