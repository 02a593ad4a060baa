/**
 * Returns the list unchanged, or throws if it is empty: tests in a loop over an empty list would pass without testing
 * anything.
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
  if (list.length === 0)
    throw new Error('The list is empty, so a loop over it would test nothing. Pass at least one item.');
  return list;
}
