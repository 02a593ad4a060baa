import { ManabiError } from '@manabi/core';
import { withoutNumbers } from './match-paths.ts';

/** The shapes of arrays, by name. */
type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Refuses a file whose names differ from those of a model in the numbers of layers alone, as where a model is made twice
 * in one process. It is not matched by its order: numbers may as well be those of other layers of the same shape.
 *
 * @throws ManabiError `argument`: the file is fine, and names have to be given
 */
export function checkNumbers(source: string, model: string, inFile: Shapes, wanted: Shapes): void {
  if (inFile.size !== wanted.size) return;
  const given = inOrder(inFile);
  const pairs = inOrder(wanted).map(([name, shape], i) => ({ name, shape, found: given[i] }));
  const isSame = pairs.every(
    ({ name, shape, found: [other, otherShape] }) =>
      withoutNumbers(name) === withoutNumbers(other) && shape.join() === otherShape.join(),
  );
  const first = pairs.find(({ name, found: [other] }) => name !== other);
  if (!isSame || first === undefined) return;
  const [other] = first.found;
  throw new ManabiError(
    'argument',
    `${source} has the weights of the model '${model}' under other numbers, such as '${other}' for '${first.name}'; all shapes ` +
      'agree in their order. Layers without a name are numbered as they are made, so a model that is made again is numbered ' +
      'otherwise. Give the layers names (name: …), call clearSession() before the model is made, or say with ' +
      'nameOf: (path) => … what the weights are called in the file.',
    {
      op: 'loadWeights',
      data: { source, model, names: Object.fromEntries(pairs.map(({ name, found }) => [name, found[0]])) },
    },
  );
}

/** By names without numbers, and those of one name by their numbers: `dense`, `dense_2`, `dense_10`. */
function inOrder(shapes: Shapes): readonly (readonly [string, readonly number[]])[] {
  return [...shapes].sort(([a], [b]) => {
    const [left, right] = [withoutNumbers(a), withoutNumbers(b)];
    return left === right ? compareNumbers(numbersOf(a), numbersOf(b)) : left < right ? -1 : 1;
  });
}

/** The numbers of a path's parts; the first of a name has none. */
function numbersOf(path: string): readonly number[] {
  return path.split('/').map((part) => Number(/_(\d+)$/.exec(part)?.[1] ?? 0));
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  return a.map((number, i) => number - b[i]).find((difference) => difference !== 0) ?? 0;
}
