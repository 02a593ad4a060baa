/**
 * Returns the list unchanged if it has at least one item, so that a loop over it tests something.
 *
 * @throws Error if the list is empty
 * @example
 * ```ts
 * let tested = 0;
 * for (const golden of atLeastOne([1, 2])) tested += golden;
 * tested; // => 3
 * ```
 */
export function atLeastOne<T>(list: readonly T[]): readonly T[] {
  if (list.length === 0) throw new Error('The list is empty; a loop over it would test nothing.');
  return list;
}
