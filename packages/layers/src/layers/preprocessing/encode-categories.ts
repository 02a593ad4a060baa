import { expandDims, max, mul, oneHot, squeeze, sum, type Tensor } from '@manabi/core';

/** What a layer returns for category indices: the indices, or one of the encodings of `categoryEncoding`. */
export type CategoryMode = 'int' | 'oneHot' | 'multiHot' | 'count';

/**
 * Encodes category indices along the last axis; an axis of length 1 is replaced for `'oneHot'`.
 *
 * @param weights weight of each index, for `'count'`
 */
export function encodeCategories(
  indices: Tensor,
  mode: CategoryMode,
  depth: number,
  dtype: Tensor['dtype'],
  weights: Tensor | null = null,
): Tensor {
  if (mode === 'int') return indices;
  const isColumn = mode === 'oneHot' && indices.rank > 1 && indices.shape[indices.rank - 1] === 1;
  const rows = oneHot(isColumn ? squeeze(indices, -1) : indices, depth, { dtype });
  if (mode === 'oneHot') return rows;
  if (mode === 'multiHot') return max(rows, -2);
  return sum(weights === null ? rows : mul(rows, expandDims(weights, -1)), -2);
}
