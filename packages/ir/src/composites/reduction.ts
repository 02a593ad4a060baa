import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { countOver, expandOver, meanOver, scale } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Composites that reduce over axes, which vanish: one float operand `x`, but for `any` and `all` (bool). */
export interface ReductionConfigs {
  reduceMean: { readonly axes: readonly number[] };
  /** `correction` is subtracted from the number of elements: 0 for the population, 1 for a sample. */
  variance: { readonly axes: readonly number[]; readonly correction: number };
  any: { readonly axes: readonly number[] };
  all: { readonly axes: readonly number[] };
  /** Sum of absolute values. */
  reduceL1: { readonly axes: readonly number[] };
  /** Euclidean norm; its gradient at zero is zero. */
  reduceL2: { readonly axes: readonly number[] };
  reduceSumSquare: { readonly axes: readonly number[] };
  /** Logarithm of the sum. */
  reduceLogSum: { readonly axes: readonly number[] };
}

/** Composites that reduce over axes. */
export const reduction: { readonly [K in keyof ReductionConfigs]: Composite<ReductionConfigs[K]> } = {
  reduceMean: { body: (b, [x], { axes }) => [meanOver(b, x, axes)] },
  // The corrected two-pass algorithm (Chan, Golub, LeVeque, "Algorithms for computing the sample variance", 1983): the
  // rounding error of the mean, which is large where the mean is, is measured by the sum of the deviations.
  variance: {
    body: (b, [x], { axes, correction }) => {
      const count = countOver(b.shape(x), axes);
      const centered = center(b, x, axes);
      const squares = b.reduceSum(b.mul(centered, centered), axes);
      const sum = b.reduceSum(centered, axes);
      const corrected = b.sub(squares, scale(b, b.mul(sum, sum), 1 / count));
      // Squares that overflow stay infinite: the correction may have overflowed, too.
      const total = b.select(b.isInf(squares), squares, b.max(corrected, b.full(corrected, 0)));
      return [scale(b, total, 1 / Math.max(0, count - correction))];
    },
    // The mean's own dependence on x drops out: the deviations from it add up to zero.
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
      // The root of zero has an infinite slope, so it is not taken.
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
