import { ManabiError } from '@manabi/core';
import { wrongArgument } from '@manabi/errors';
import { didYouMean, isPlainObject, nearestNames } from '@manabi/errors/internal';
import { ARRAYS, isDatum, type TrainingArray } from './arrays.ts';
import { adviceOnIterator, isIterator } from './iterators.ts';

/**
 * Arrays for the inputs or outputs of a model: a single array, a list in the order of the inputs or outputs, or an
 * object with their names as keys.
 */
export type TrainingArrays = TrainingArray | readonly TrainingArray[] | Readonly<Record<string, TrainingArray>>;

/**
 * Returns the array for each of several names, in the order of the names; null for names that an object lacks.
 *
 * @param argument name of the argument in messages: `x`
 * @throws ManabiError `argument` for a wrong number of arrays, or for unknown names, with the nearest one
 */
export function arraysByName(
  op: string,
  argument: string,
  names: readonly string[],
  given: TrainingArrays,
): readonly (TrainingArray | null)[] {
  if (isOneArray(given, names.length)) {
    if (names.length === 1) return [given];
    throw wrongCount(op, argument, names, 1);
  }
  if (isList(given)) {
    if (given.length === names.length) return given;
    throw wrongCount(op, argument, names, given.length);
  }
  if (!isPlainObject(given)) {
    const advice = argument === 'x' && isIterator(given) ? adviceOnIterator(op) : '';
    throw wrongArgument({ op, name: argument }, `${ARRAYS}, or a list or object of these`, given, advice);
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return names.map((name) => given[name] ?? null);
  throw new ManabiError(
    'argument',
    `\`${argument}\` has the unknown key '${unknown}'. ${adviceOnName(op, argument, unknown, names, Object.keys(given).length)}`,
    { op, data: { name: `${argument}.${unknown}`, names, nearest: nearestNames(unknown, names) } },
  );
}

/**
 * Returns the array for each of several names, in the order of the names; all names are required.
 *
 * @throws ManabiError `argument` as documented at `arraysByName`, and for missing names
 */
export function allArraysByName(
  op: string,
  argument: string,
  names: readonly string[],
  given: TrainingArrays,
): readonly TrainingArray[] {
  return arraysByName(op, argument, names, given).map((array, i) => {
    if (array !== null) return array;
    throw new ManabiError('argument', `\`${argument}\` lacks '${names[i]}'. The model requires ${listed(names)}.`, {
      op,
      data: { name: `${argument}.${names[i]}`, names },
    });
  });
}

/**
 * Returns whether a value is a single array, rather than a list or object of arrays. A nested array is considered a
 * list of arrays if it has `count` items and `count` is more than 1.
 */
export function isOneArray(value: TrainingArrays, count: number): value is TrainingArray {
  if (typeof value !== 'object' || value === null || isDatum(value) || ArrayBuffer.isView(value)) return true;
  if (!Array.isArray(value)) return false;
  const items: readonly unknown[] = value;
  if (items.length > 0 && items.every(isDatum)) return false;
  return count === 1 || items.length !== count;
}

function isList(value: TrainingArrays): value is readonly TrainingArray[] {
  return Array.isArray(value);
}

function wrongCount(op: string, argument: string, names: readonly string[], given: number): ManabiError {
  return new ManabiError(
    'argument',
    `\`${argument}\` must have ${names.length} array${names.length === 1 ? '' : 's'}, for ${listed(names)}; got ${given}.${names.length === 1 ? ` ${COLUMNS}` : ''}`,
    { op, data: { name: argument, names, given } },
  );
}

/**
 * Names of options of `fit`: an object with these keys in place of labels is a mistake, for which the error shows the
 * fix.
 */
const OPTIONS = ['epochs', 'batchSize', 'callbacks', 'verbose', 'validationSplit', 'validationData', 'steps'];

function adviceOnName(op: string, argument: string, name: string, names: readonly string[], count: number): string {
  if (argument === 'y' && OPTIONS.includes(name)) return `Pass options third: ${op}(x, y, { ${name}: … }).`;
  // Several unknown columns for a single input, such as the rows of a CSV file.
  if (names.length === 1 && count > 1) return `The model requires ${listed(names)}. ${COLUMNS}`;
  return didYouMean(name, names);
}

/** Advice for data that have one array per column where the model has a single input. */
const COLUMNS =
  'Combine columns into one array per sample: dataset.map((row) => Float32Array.of(row.a, row.b)) before batch().';

function listed(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
