/** Returns the numbers 0 … rank - 1 that are not in `taken`, ascending. */
export function axesBut(rank: number, taken: readonly number[]): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !taken.includes(axis));
}

/** Returns the permutation that undoes the given one. */
export function inversePermutation(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}
