/**
 * Returns the batch sizes for which a model is compiled: the powers of two below the largest size, and the largest size
 * itself: 1, 2, 4, 8, 16 and 20 for 20.
 */
export function bucketsUpTo(most: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = 1; size < most; size *= 2) sizes.push(size);
  return [...sizes, most];
}
