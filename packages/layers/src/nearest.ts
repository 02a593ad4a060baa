/**
 * Number of letters to insert, remove, change or swap with a neighbour to make one word of another (Damerau, "A
 * technique for computer detection and correction of spelling errors", 1964).
 *
 * @example `editDistance('dnese', 'dense') // 1`
 */
export function editDistance(a: string, b: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, changed);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length];
}

/**
 * The names that are most like a word, the nearest first, without those that are like it by chance alone.
 *
 * @param most how many at most
 */
export function nearestNames(word: string, names: Iterable<string>, most = 3): string[] {
  const lower = word.toLowerCase();
  const likely = Math.max(2, Math.floor(word.length / 3));
  return [...names]
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= likely)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** The end of a message about an unknown name: the nearest known ones, or all of them if none is near. */
export function didYouMean(word: string, names: Iterable<string>): string {
  const known = [...names];
  if (known.length === 0) return 'There is none yet.';
  const near = nearestNames(word, known);
  return near.length === 0 ? `Known are: ${known.join(', ')}.` : `Did you mean ${near.join(' or ')}?`;
}
