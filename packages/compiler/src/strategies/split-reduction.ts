import {
  type Combine,
  type DType,
  dtypes,
  type GraphBuilder,
  isFloat,
  type Shape,
  sizeOf,
  type Value,
} from '@manabi/ir';
import type { PlanTarget } from '../target.ts';
import { partitionOf, restOfAxis, splitAxis } from './partition.ts';

/**
 * Largest number of floats that are added one after the other. The rounding errors of a longer sum could exceed those of
 * other frameworks, which add in a tree.
 */
const LONGEST_SUM = 512;

const REDUCTIONS = { add: 'reduceSum', mul: 'reduceProd', max: 'reduceMax', min: 'reduceMin' } as const;

/**
 * Splits a reduction with too few results for the target, or a long sum of floats, into two reductions: first, parts of the operand are reduced
 * in parallel; then their results are combined in order.
 *
 * @returns the result, or null for a reduction that is not split
 */
export function splitReduction(
  b: GraphBuilder,
  x: Value,
  combine: Combine,
  axes: readonly number[],
  target: PlanTarget,
): Value | null {
  const shape = b.shape(x);
  const joined = [...axes].sort((i, j) => i - j);
  const lanes = lanesOf(shape, joined, target);
  const longest = combine === 'add' && isFloat(b.dtype(x)) ? LONGEST_SUM * lanes : Number.POSITIVE_INFINITY;
  const most = Math.min(longest, mostTerms(b, x, joined, target));
  const partition = partitionOf(extentsOf(shape, joined), resultsOf(shape, joined) * lanes, target, most);
  if (partition === null) return null;
  const reduce = (operand: Value, over: readonly number[]): Value => reduction(b, operand, combine, over);
  const { whole, split } = partition;
  const splitAt = split === null ? shape.length : joined[split.position];
  const parted = split === null ? x : splitAxis(b, x, splitAt, split);
  // Splitting an axis into two increases the numbers of all later axes by one.
  const moved = (axis: number): number => (axis > splitAt ? axis + 1 : axis);
  const isPart = (position: number): boolean => whole.includes(position) || position === split?.position;
  const inParts = joined.flatMap((axis, position) => {
    if (position === split?.position) return [axis + 1];
    return isPart(position) ? [] : [moved(axis)];
  });
  const partials = reduce(parted, inParts);
  const left = b.shape(parted).flatMap((_, axis) => (inParts.includes(axis) ? [] : [axis]));
  const parts = joined.flatMap((axis, position) => (isPart(position) ? [left.indexOf(moved(axis))] : []));
  const result = reduceInSteps(b, partials, combine, parts, target);
  if (split === null || split.rest === 0) return result;
  return b.emit(joinOf(combine, b.dtype(x)), [result, reduce(restOfAxis(b, x, splitAt, split), joined)], {})[0];
}

/** Reduces a value that may itself be too large for a binding; see `mostTerms`. */
function reduceInSteps(
  b: GraphBuilder,
  x: Value,
  combine: Combine,
  axes: readonly number[],
  target: PlanTarget,
): Value {
  const inParts = mostTerms(b, x, axes, target) < Number.POSITIVE_INFINITY;
  return (inParts ? splitReduction(b, x, combine, axes, target) : null) ?? reduction(b, x, combine, axes);
}

const reduction = (b: GraphBuilder, x: Value, combine: Combine, axes: readonly number[]): Value =>
  b.emit(REDUCTIONS[combine], [x], { axes })[0];

/** Returns the binary operator that combines two elements as the reduction does, such as `add` for a sum. */
function joinOf(combine: Combine, dtype: DType): Combine | 'or' | 'and' {
  if (dtype !== 'bool') return combine;
  return combine === 'max' ? 'or' : 'and';
}

/**
 * Splits an argMax or argMin with too few results into two steps: first, the best element of each part is found in
 * parallel; then the best part.
 *
 * @returns the result, or null for an argMax or argMin that is not split
 */
export function splitArgReduction(
  b: GraphBuilder,
  x: Value,
  axis: number,
  largest: boolean,
  target: PlanTarget,
): Value | null {
  const shape = b.shape(x);
  const lanes = lanesOf(shape, [axis], target);
  const most = mostTerms(b, x, [axis], target);
  const partition = partitionOf([shape[axis]], resultsOf(shape, [axis]) * lanes, target, most);
  // Splitting into parts of one element would not save work.
  if (partition?.split == null || partition.split.length < 2) return null;
  const { split } = partition;
  const main = bestOfParts(b, splitAxis(b, x, axis, split), axis, largest, target);
  if (split.rest === 0) return main.index;
  const rest = restOfAxis(b, x, axis, split);
  const restIndex = argBest(b, rest, axis, largest);
  const restBest = bestOf(b, rest, axis, largest);
  const later = b.add(restIndex, b.full(restIndex, split.parts * split.length));
  const isBetter = largest ? b.less(main.best, restBest) : b.less(restBest, main.best);
  if (!isFloat(b.dtype(x))) return b.select(isBetter, later, main.index);
  const isFirstNaN = b.and(b.isNaN(restBest), b.not(b.isNaN(main.best)));
  return b.select(b.or(isBetter, isFirstNaN), later, main.index);
}

/**
 * Finds the best element along two axes, [parts, elements of each part]. Returns the element, and its index as if both
 * axes were one.
 */
function bestOfParts(
  b: GraphBuilder,
  parted: Value,
  axis: number,
  largest: boolean,
  target: PlanTarget,
): { readonly best: Value; readonly index: Value } {
  const [parts, length] = b.shape(parted).slice(axis, axis + 2);
  const indices = argBest(b, parted, axis + 1, largest);
  const bests = bestOf(b, parted, axis + 1, largest);
  const inParts = mostTerms(b, bests, [axis], target) < Number.POSITIVE_INFINITY;
  const winner =
    (inParts ? splitArgReduction(b, bests, axis, largest, target) : null) ?? argBest(b, bests, axis, largest);
  const shape = b.shape(bests);
  const numbers = b.iota('int32', shape, axis);
  const others = shape.flatMap((_, i) => (i === axis ? [] : [i]));
  const isWinner = b.equal(numbers, b.expand(winner, shape, others));
  const whole = b.add(indices, b.mul(numbers, b.full(numbers, length)));
  const index = reduceInSteps(b, b.select(isWinner, whole, b.full(whole, dtypes.int32.max)), 'min', [axis], target);
  const best = (): Value => reduceInSteps(b, bests, largest ? 'max' : 'min', [axis], target);
  return { best: parts === 1 ? b.reshape(bests, b.shape(winner)) : best(), index };
}

function argBest(b: GraphBuilder, x: Value, axis: number, largest: boolean): Value {
  return b.emit(largest ? 'argMax' : 'argMin', [x], { axis })[0];
}

function bestOf(b: GraphBuilder, x: Value, axis: number, largest: boolean): Value {
  return b.emit(largest ? 'reduceMax' : 'reduceMin', [x], { axes: [axis] })[0];
}

function extentsOf(shape: Shape, axes: readonly number[]): readonly number[] {
  return axes.map((axis) => shape[axis]);
}

/**
 * Returns the largest number of terms of a part of a reduction, so that the elements of each part are in half a binding of the
 * target. The terms of a result are spread over all elements along the first reduced axis and the axes after it.
 */
function mostTerms(b: GraphBuilder, x: Value, joined: readonly number[], target: PlanTarget): number {
  const { largestBinding = null, bytesOf } = target;
  const shape = b.shape(x);
  const bytes = sizeOf(shape.slice(joined[0])) * (bytesOf[b.dtype(x)] ?? 0);
  if (largestBinding === null || bytes <= largestBinding) return Number.POSITIVE_INFINITY;
  const terms = Math.floor((sizeOf(extentsOf(shape, joined)) * largestBinding) / (2 * bytes));
  // If a part of two terms is larger, splitting would not save reads.
  return terms < 2 ? Number.POSITIVE_INFINITY : terms;
}

/** Returns the number of parallel iterations for each result of a reduction. */
function lanesOf(shape: Shape, joined: readonly number[], { reductionLanes }: PlanTarget): number {
  return joined.includes(shape.length - 1) ? reductionLanes : 1;
}

function resultsOf(shape: Shape, joined: readonly number[]): number {
  return sizeOf(shape.filter((_, axis) => !joined.includes(axis)));
}
