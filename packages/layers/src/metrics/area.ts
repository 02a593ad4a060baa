import {
  add,
  div,
  equal,
  greater,
  index,
  log,
  logicalAnd,
  maximum,
  mean,
  minimum,
  mul,
  sub,
  sum,
  type Tensor,
  tensor,
  where,
} from '@manabi/core';
import { divideOrZero } from '../losses/reduction.ts';
import type { MetricState } from './metric.ts';

/** Curve: recall over false positive rate (ROC), precision over recall (PR), or precision gain over recall gain (PRGAIN). */
export type Curve = 'ROC' | 'PR' | 'PRGAIN';

/**
 * Height that is used for the area between two points of a curve: the mean of the heights of both points, the smaller
 * one, or the larger one.
 */
export type Summation = 'interpolation' | 'minoring' | 'majoring';

/** Options of `areaUnder`. */
export interface AreaOptions {
  readonly curve: Curve;
  readonly summationMethod: Summation;
  /** Whether the confusion counts have shape [thresholds, labels]; the areas of all labels are then averaged. */
  readonly multiLabel: boolean;
  readonly labelWeights: readonly number[] | null;
}

/** Returns the area under a curve that has one point per threshold, computed from confusion counts. */
export function areaUnder(
  counts: MetricState,
  { curve, summationMethod, multiLabel, labelWeights }: AreaOptions,
): Tensor {
  const parts =
    curve === 'PR' && summationMethod === 'interpolation'
      ? interpolatedPrecision(counts)
      : riemann(curves[curve](counts), heights[summationMethod]);
  if (!multiLabel) return sum(parts);
  const byLabel = sum(parts, 0);
  if (labelWeights === null) return mean(byLabel);
  const weights = tensor([...labelWeights]);
  return divideOrZero(sum(mul(byLabel, weights)), sum(weights));
}

/** Coordinates of the points of a curve: `x` and `y` contain one number per threshold. */
interface Points {
  readonly x: Tensor;
  readonly y: Tensor;
}

const curves: { readonly [K in Curve]: (counts: MetricState) => Points } = {
  ROC: ({ truePositives, falsePositives, trueNegatives, falseNegatives }) => ({
    x: divideOrZero(falsePositives, add(falsePositives, trueNegatives)),
    y: divideOrZero(truePositives, add(truePositives, falseNegatives)),
  }),
  PR: ({ truePositives, falsePositives, falseNegatives }) => ({
    x: divideOrZero(truePositives, add(truePositives, falseNegatives)),
    y: divideOrZero(truePositives, add(truePositives, falsePositives)),
  }),
  // P. Flach and M. Kull, "Precision-Recall-Gain Curves: PR Analysis Done Right", 2015.
  PRGAIN: ({ truePositives, falsePositives, trueNegatives, falseNegatives }) => {
    const odds = divideOrZero(add(truePositives, falseNegatives), add(trueNegatives, falsePositives));
    const gain = (mistakes: Tensor): Tensor => sub(1, mul(odds, divideOrZero(mistakes, truePositives)));
    const isNone = equal(truePositives, 0);
    return {
      x: maximum(where(isNone, 0, gain(falseNegatives)), 0),
      y: where(isNone, 1, gain(falsePositives)),
    };
  },
};

const heights: { readonly [K in Summation]: (a: Tensor, b: Tensor) => Tensor } = {
  interpolation: (a, b) => div(add(a, b), 2),
  minoring: minimum,
  majoring: maximum,
};

const withoutLast = (x: Tensor): Tensor => index(x, [null, -1]);
const withoutFirst = (x: Tensor): Tensor => index(x, [1, null]);

function riemann({ x, y }: Points, height: (a: Tensor, b: Tensor) => Tensor): Tensor {
  return mul(sub(withoutLast(x), withoutFirst(x)), height(withoutLast(y), withoutFirst(y)));
}

/**
 * Returns the areas between points of a PR curve. Between two points, true positives are interpolated linearly, rather
 * than precision: J. Davis and M. Goadrich, "The Relationship Between Precision-Recall and ROC Curves", 2006.
 */
function interpolatedPrecision({ truePositives, falsePositives, falseNegatives }: MetricState): Tensor {
  const positives = add(truePositives, falsePositives);
  const [before, after] = [withoutLast(positives), withoutFirst(positives)];
  const found = withoutFirst(truePositives);
  const gained = sub(withoutLast(truePositives), found);
  const slope = divideOrZero(gained, maximum(sub(before, after), 0));
  const intercept = sub(found, mul(slope, after));
  const isBoth = logicalAnd(greater(before, 0), greater(after, 0));
  const ratio = where(isBoth, divideOrZero(before, maximum(after, 0)), 1);
  const part = mul(slope, add(gained, mul(intercept, log(ratio))));
  return divideOrZero(part, maximum(add(found, withoutFirst(falseNegatives)), 0));
}
