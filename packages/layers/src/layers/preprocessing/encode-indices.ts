import { type HostArray, hostArray, type Shape } from '@manabi/core';

/** What a lookup layer returns: indices, or one of the encodings of `categoryEncoding`, or counts weighted by tf-idf. */
export type LookupMode = 'int' | 'oneHot' | 'multiHot' | 'count' | 'tfIdf';

/** Index of a token without a column: masked tokens, and padding, in encodings. */
export const NO_INDEX = -1;

/**
 * Encodes indices on the host along the last axis, as `encodeCategories` encodes tensors.
 *
 * @param depth number of columns
 * @param weights weight of each column
 */
export function encodeIndices(
  mode: LookupMode,
  shape: Shape,
  indices: Int32Array,
  depth: number,
  weights: Float32Array | null = null,
): HostArray {
  if (mode === 'int') return hostArray('int32', shape, indices);
  const length = shape[shape.length - 1] ?? 1;
  const isColumn = mode === 'oneHot' && shape.length > 1 && length === 1;
  const outer = mode === 'oneHot' && !isColumn ? shape : shape.slice(0, -1);
  const perRow = mode === 'oneHot' ? 1 : length;
  const data = new Float32Array(outer.reduce((product, n) => product * n, 1) * depth);
  indices.forEach((index, i) => {
    if (index === NO_INDEX) return;
    const cell = Math.floor(i / perRow) * depth + index;
    data[cell] = mode === 'count' || mode === 'tfIdf' ? data[cell] + 1 : 1;
  });
  if (weights !== null) for (let i = 0; i < data.length; i++) data[i] *= weights[i % depth];
  return hostArray('float32', [...outer, depth], data);
}
