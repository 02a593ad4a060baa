/**
 * Returns a list that a test loops over.
 *
 * @throws Error if it is empty: the loop would then test nothing
 * @example `for (const golden of atLeastOne(goldens)) …`
 */
export function atLeastOne<T>(list: readonly T[]): readonly T[] {
  if (list.length === 0) throw new Error('The list is empty, so that a loop over it tests nothing.');
  return list;
}
