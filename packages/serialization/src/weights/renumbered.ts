import { ManabiError } from '@manabi/core';
import { withoutNumbers } from './match-paths.ts';

/** Shapes of arrays by name. */
type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Rejects a file whose names differ from the model's only in layer numbers, as when a model is created twice in one
 * process. Such files are not matched by order, because the numbers may belong to other layers of the same shape.
 *
 * @throws ManabiError `argument` for such a file: the caller must map its names
 */
export function checkNumbers(source: string, model: string, inFile: Shapes, expected: Shapes): void {
  if (inFile.size !== expected.size) return;
  const given = inOrder(inFile);
  const pairs = inOrder(expected).map(([name, shape], i) => ({ name, shape, found: given[i] }));
  const isSame = pairs.every(
    ({ name, shape, found: [other, otherShape] }) =>
      withoutNumbers(name) === withoutNumbers(other) && shape.join() === otherShape.join(),
  );
  const first = pairs.find(({ name, found: [other] }) => name !== other);
  if (!isSame || first === undefined) return;
  const [other] = first.found;
  throw new ManabiError(
    'argument',
    `The names in ${source} differ from those of model '${model}' only in layer numbers: '${other}' instead of ` +
      `'${first.name}'. Name the layers, call clearSession() before creating the model, or pass ` +
      '`nameOf: (path) => name` to map the names.',
    {
      op: 'loadWeights',
      data: { source, model, names: Object.fromEntries(pairs.map(({ name, found }) => [name, found[0]])) },
    },
  );
}

/** Returns shapes sorted by name without numbers, and then by number: `dense`, `dense_2`, `dense_10`. */
function inOrder(shapes: Shapes): readonly (readonly [string, readonly number[]])[] {
  return [...shapes].sort(([a], [b]) => {
    const [left, right] = [withoutNumbers(a), withoutNumbers(b)];
    return left === right ? compareNumbers(numbersOf(a), numbersOf(b)) : left < right ? -1 : 1;
  });
}

/** Returns the layer number in each part of a path, such as 2 for `dense_2`; 0 for parts without a number. */
function numbersOf(path: string): readonly number[] {
  return path.split('/').map((part) => Number(/_(\d+)$/.exec(part)?.[1] ?? 0));
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  return a.map((number, i) => number - b[i]).find((difference) => difference !== 0) ?? 0;
}
