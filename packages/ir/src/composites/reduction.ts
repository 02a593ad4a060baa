import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { countOver, expandOver, meanOver, scale } from './broadcast.ts';
import type { Composite } from './composite.ts';

/**
 * Reductions of one operand `x` over axes, which are removed. The operand is bool for `any` and `all`, and float for
 * all others.
 */
export interface ReductionConfigs {
  /** y = the mean of x (ONNX ReduceMean). */
  reduceMean: { readonly axes: readonly number[] };
  /** y = Σ (x - mean)² / (n - correction): correction 0 for the population, 1 for a sample (NumPy var with ddof). */
  variance: { readonly axes: readonly number[]; readonly correction: number };
  /** y = true if any element is true (NumPy any). */
  any: { readonly axes: readonly number[] };
  /** y = true if all elements are true (NumPy all). */
  all: { readonly axes: readonly number[] };
  /** y = Σ |x| (ONNX ReduceL1). */
  reduceL1: { readonly axes: readonly number[] };
  /** y = √Σ x² (ONNX ReduceL2). The gradient at zero is zero. */
  reduceL2: { readonly axes: readonly number[] };
  /** y = Σ x² (ONNX ReduceSumSquare). */
  reduceSumSquare: { readonly axes: readonly number[] };
  /** y = ln Σ x (ONNX ReduceLogSum). */
  reduceLogSum: { readonly axes: readonly number[] };
}

/** Reductions over axes that are composed of operators, such as the mean. */
export const reduction: { readonly [K in keyof ReductionConfigs]: Composite<ReductionConfigs[K]> } = {
  reduceMean: { body: (b, [x], { axes }) => [meanOver(b, x, axes)] },
  // The corrected two-pass algorithm (Chan, Golub, LeVeque, "Algorithms for Computing the Sample Variance", 1983): the
  // sum of the deviations from the mean would be zero without rounding, so it shows the rounding error of the mean.
  variance: {
    body: (b, [x], { axes, correction }) => {
      const count = countOver(b.shape(x), axes);
      const centered = center(b, x, axes);
      const squares = b.reduceSum(b.mul(centered, centered), axes);
      const sum = b.reduceSum(centered, axes);
      const corrected = b.sub(squares, scale(b, b.mul(sum, sum), 1 / count));
      // If the sum of squares is infinite, it is not corrected, because the correction may have overflowed too.
      const total = b.select(b.isInf(squares), squares, b.max(corrected, b.full(corrected, 0)));
      return [scale(b, total, 1 / Math.max(0, count - correction))];
    },
    // The derivative of the mean with respect to x can be ignored, because the deviations add up to zero.
    vjp: (b, { operands: [x], config: { axes, correction } }, [g]) => {
      const factor = 2 / Math.max(0, countOver(b.shape(x), axes) - correction);
      const centered = center(b, center(b, x, axes), axes);
      return [b.mul(expandOver(b, scale(b, g, factor), b.shape(x), axes), centered)];
    },
  },
  any: { body: (b, [x], { axes }) => [b.reduceMax(x, axes)] },
  all: { body: (b, [x], { axes }) => [b.reduceMin(x, axes)] },
  reduceL1: { body: (b, [x], { axes }) => [b.reduceSum(b.abs(x), axes)] },
  reduceL2: {
    body: (b, [x], { axes }) => {
      const sum = b.reduceSum(b.mul(x, x), axes);
      // The square root has an infinite derivative at zero, so the gradient there is set to zero.
      const isZero = b.lessEqual(sum, b.full(sum, 0));
      return [b.select(isZero, b.full(sum, 0), b.sqrt(b.select(isZero, b.full(sum, 1), sum)))];
    },
  },
  reduceSumSquare: { body: (b, [x], { axes }) => [b.reduceSum(b.mul(x, x), axes)] },
  reduceLogSum: { body: (b, [x], { axes }) => [b.log(b.reduceSum(x, axes))] },
};

function center(b: GraphBuilder, x: Value, axes: readonly number[]): Value {
  return b.sub(x, expandOver(b, meanOver(b, x, axes), b.shape(x), axes));
}
