import { sizeOf } from '@manabi/ir';
import type { DotShape } from './contract.ts';
import { type DotOperandName, type DotPlan, isContiguous, matrixSizes, mergeShape, sideOf } from './plan.ts';
import { mostFloat32Blocks, tilePlan } from './recipes.ts';

/** Largest number of sums that stay in the L2 cache beside the terms of a block of k. */
const mostSums = 32 * 1024;

/** Number of terms of a block of k: enough to hide loading and storing the sums. */
const blockTerms = 128;

/** Numbers of parts of k: enough for several threads, and so few that adding their sums takes little time. */
const leastParts = 4;
const someParts = 8;
const mostParts = 16;

/** Number of sums of more than `someParts` parts that stay in the L2 cache until they are added. */
const nearSums = 128 * 1024;

/** Smallest distance along k, in elements, of rows that are packed, because each is in another page of memory. */
const pageElements = 1024;

/**
 * Returns the plan of a product with few but long sums, such as the gradient of a weight, or null for other products. Both
 * operands are much larger than the result, and each is read once, in place: terms are added in the order in which the larger
 * operand is stored. Each task adds the terms of one part of k, so tasks have no operands in common.
 *
 * @param far size in bytes from which operands do not stay in the fast caches
 */
export function longSums(given: DotShape, kept: readonly DotOperandName[], far: number): DotPlan | null {
  const { m, n, k } = matrixSizes(given);
  const [vectors, other] = n < m ? (['lhs', 'rhs'] as const) : (['rhs', 'lhs'] as const);
  const isLong = Math.min(m, n) >= 8 && m * n <= mostSums && 4 * k * (m + n) > far;
  const wanted = Math.max(leastParts, Math.floor(k / (2 * blockTerms)));
  const parts = Math.min(wanted, Math.max(someParts, Math.floor(nearSums / (m * n))), mostParts);
  if (!isLong || k < parts * blockTerms || kept.length + sizeOf(given.batch) > 1) return null;
  if (!isContiguous(sideOf(given, 'lhs')) || !isContiguous(sideOf(given, 'rhs'))) return null;
  const { contract, lhs, rhs } = given;
  const steps = given[vectors].contract;
  const order = steps.map((_, axis) => axis).sort((a, b) => steps[b] - steps[a]);
  const sorted = (values: readonly number[]): number[] => order.map((axis) => values[axis]);
  const shape = mergeShape({
    ...given,
    contract: sorted(contract),
    lhs: { ...lhs, contract: sorted(lhs.contract) },
    rhs: { ...rhs, contract: sorted(rhs.contract) },
  });
  const isPacked = shape[other].contract[shape.contract.length - 1] >= pageElements;
  return tilePlan(shape, {
    vectors,
    packed: { lhs: false, rhs: false, [other]: isPacked },
    near: false,
    parts,
    rows: 4,
    columns: 8,
    // The sums of more blocks would need float64 totals.
    kBlock: Math.max(blockTerms, Math.ceil(k / (parts * mostFloat32Blocks))),
    rowBlock: Math.min(m, n),
    columnBlock: Math.max(m, n),
    outer: 'columns',
  });
}
