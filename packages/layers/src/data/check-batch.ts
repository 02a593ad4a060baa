import { ManabiError } from '@manabi/core';
import type { Datum } from './arrays.ts';

/** An array, and its name for error messages. */
export interface NamedArray {
  readonly name: string;
  readonly array: Datum | null;
}

/**
 * Checks that arrays have the same, non-zero number of samples.
 *
 * @param isElement whether the arrays are one element of a dataset, for which the error suggests `batch`
 * @throws ManabiError `shape`, with all shapes, if the numbers differ; `data` if there are no samples
 */
export function checkLengths(op: string, arrays: readonly NamedArray[], isElement: boolean): void {
  const given = arrays.flatMap(({ name, array }) => (array === null ? [] : [{ name, shape: array.shape }]));
  const shapes = Object.fromEntries(given.map(({ name, shape }) => [name, shape]));
  const listed = given.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
  const [first] = given;
  if (given.some(({ shape }) => shape[0] !== first.shape[0])) {
    throw new ManabiError(
      'shape',
      `All arrays must have the same number of samples, the length of their first axis; got ${listed}.${
        isElement ? ' If the dataset yields single samples, batch it: dataset.batch(32).' : ''
      }`,
      { op, data: { shapes } },
    );
  }
  if (first.shape[0] === 0) {
    throw new ManabiError('data', `The data has no samples: ${listed}. Check the file or the split.`, {
      op,
      data: { shapes },
    });
  }
}

/** Combines arrays with their names for messages: `y` for a single array; `y.digit` and similar names for several. */
export function namedArrays(
  argument: string,
  names: readonly string[],
  arrays: readonly (Datum | null)[],
): readonly NamedArray[] {
  return arrays.map((array, i) => ({ name: arrays.length === 1 ? argument : `${argument}.${names[i]}`, array }));
}
