/**
 * Returns the edit distance of two words: the number of letters to insert, remove, replace or swap with a neighbour to
 * turn one into the other (Damerau, "A technique for computer detection and correction of spelling errors", 1964).
 *
 * @example
 * ```ts
 * import { editDistance } from '@manabi/errors/internal';
 *
 * console.log(editDistance('dnese', 'dense')); // 1
 * ```
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
 * Longest prefix of a word that is compared, in letters: the time of a comparison grows with the square of the length.
 */
const MOST_LETTERS = 64;

/**
 * Returns the names that a misspelt word may stand for, most likely first. Three kinds of names match: names that differ
 * by a few letters or in their case (`learning_rate`), names abbreviated by their initials (`lr`), and names with a subset
 * or superset of the same words (`shape` and `inputShape`).
 *
 * @param most largest number of names to return
 * @example
 * ```ts
 * import { nearestNames } from '@manabi/errors/internal';
 *
 * console.log(nearestNames('lr', ['loss', 'learningRate'])); // ['learningRate']
 * ```
 */
export function nearestNames(word: string, names: Iterable<string>, most = 3): string[] {
  const known = [...names];
  const near = bySpelling(word, known);
  // Names that share whole words with `word` are suggested only if no name is spelled similarly.
  return (near.length === 0 ? known.filter((name) => haveSameWords(word, name)).sort() : near).slice(0, most);
}

function bySpelling(word: string, names: readonly string[]): string[] {
  const letters = lettersOf(word);
  const likely = Math.max(2, Math.floor(letters.length / 3));
  const found = names
    .map((name) => ({
      name,
      distance: initialsOf(name) === letters && letters.length > 1 ? 0.5 : editDistance(letters, lettersOf(name)),
    }))
    .filter(({ name, distance }) => distance <= Math.min(likely, Math.max(1, name.length - 1)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.map(({ name }) => name);
}

/**
 * Returns the last sentence of an error message about an unknown name. It suggests the nearest names, or lists all
 * names if none is similar.
 *
 * @example
 * ```ts
 * import { didYouMean } from '@manabi/errors/internal';
 *
 * console.log(didYouMean('relv', ['relu', 'tanh'])); // Did you mean 'relu'?
 * console.log(didYouMean('banana', ['relu', 'tanh'])); // Available: relu, tanh.
 * ```
 */
export function didYouMean(word: string, names: Iterable<string>): string {
  const known = [...names];
  if (known.length === 0) return 'No names are available.';
  const near = nearestNames(word, known);
  return near.length === 0
    ? `Available: ${known.join(', ')}.`
    : `Did you mean ${near.map((n) => `'${n}'`).join(' or ')}?`;
}

function lettersOf(word: string): string {
  return word
    .slice(0, MOST_LETTERS)
    .replace(/[_\s-]/g, '')
    .toLowerCase();
}

/** Returns the first letters of the words of a name: `lr` for `learningRate` and `learning_rate`. */
function initialsOf(name: string): string {
  return wordsOf(name)
    .map((part) => part.charAt(0))
    .join('');
}

/** Whether all words of one name occur in the other name. Words of one or two letters are ignored. */
function haveSameWords(a: string, b: string): boolean {
  const [fewer, more] = [wordsOf(a), wordsOf(b)].sort((x, y) => x.length - y.length);
  return fewer.length < more.length && fewer.every((part) => part.length > 2 && more.includes(part));
}

/** Splits a name in camel case or snake case into words: `inputShape` into `input` and `shape`. */
function wordsOf(name: string): string[] {
  const parts = name.slice(0, MOST_LETTERS).split(/(?=[A-Z])|[_\s-]+/);
  return parts.map((part) => part.toLowerCase());
}
