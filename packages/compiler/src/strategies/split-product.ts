import type { Attributes, GraphBuilder, Value } from '@manabi/ir';
import { sizeOf } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';
import { partitionOf, restOfAxis, splitAxis } from './partition.ts';

/**
 * Splits a matrix product with too few results for the target into two steps: products of sections of the contracted
 * axes, which run in parallel, and then the sum of these products.
 *
 * @param dot function that emits a matrix product
 * @returns the result, or null for a product that is not split
 */
export function splitProduct(
  b: GraphBuilder,
  [left, right]: readonly Value[],
  { batch, contract }: Attributes['dot'],
  target: PlanTarget,
  dot: (left: Value, right: Value, attributes: Attributes['dot']) => Value,
): Value | null {
  const free = (value: Value, side: 0 | 1): number => {
    const used = [...batch, ...contract].map((pair) => pair[side]);
    return sizeOf(b.shape(value).filter((_, axis) => !used.includes(axis)));
  };
  const leftShape = b.shape(left);
  const batches = sizeOf(batch.map(([axis]) => leftShape[axis]));
  const extents = contract.map(([axis]) => leftShape[axis]);
  const partition = partitionOf(extents, batches * free(left, 0) * free(right, 1), target);
  if (partition === null) return null;
  const { whole, split } = partition;
  const parts = contract.filter((_, position) => whole.includes(position));
  const rest = contract.filter((_, position) => !whole.includes(position) && position !== split?.position);
  if (split === null)
    return sumOfParts(b, dot(left, right, { batch: [...parts, ...batch], contract: rest }), parts.length);

  const [i, j] = contract[split.position];
  const [leftParts, rightParts] = [splitAxis(b, left, i, split), splitAxis(b, right, j, split)];
  // Splitting an axis into two increases the numbers of all later axes by one.
  const moved = ([x, y]: readonly [number, number]): readonly [number, number] => [
    x > i ? x + 1 : x,
    y > j ? y + 1 : y,
  ];
  const partials = dot(leftParts, rightParts, {
    batch: [[i, j], ...parts.map(moved), ...batch.map(moved)],
    contract: [[i + 1, j + 1], ...rest.map(moved)],
  });
  const sum = sumOfParts(b, partials, 1 + parts.length);
  if (split.rest === 0) return sum;
  return b.add(sum, dot(restOfAxis(b, left, i, split), restOfAxis(b, right, j, split), { batch, contract }));
}

/** Sums partial products, which are stacked along the first `axes` axes. */
function sumOfParts(b: GraphBuilder, partials: Value, axes: number): Value {
  return b.reduceSum(
    partials,
    Array.from({ length: axes }, (_, axis) => axis),
  );
}
