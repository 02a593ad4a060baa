import { ManabiError } from '@manabi/core';
import { wrongArgument } from '@manabi/errors';
import { didYouMean, isPlainObject, nearestNames } from '@manabi/errors/internal';
import { ARRAYS, isDatum, type TrainingArray } from './arrays.ts';
import { adviceOnIterator, isIterator } from './iterators.ts';

/** Arrays for the inputs or outputs of a model: one, a list in their order, or a record by their names. */
export type TrainingArrays = TrainingArray | readonly TrainingArray[] | Readonly<Record<string, TrainingArray>>;

/**
 * The arrays for each of several names, in their order; null for what a record leaves out.
 *
 * @param argument what it is called in messages: `x`
 * @throws ManabiError `argument` for a wrong number, or names that nobody knows, with the nearest
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
    throw wrongArgument({ op, name: argument }, `${ARRAYS}, or a list or record of these`, given, advice);
  }
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  if (stranger === undefined) return names.map((name) => given[name] ?? null);
  throw new ManabiError(
    'argument',
    `\`${argument}\` has '${stranger}', which the model does not. ${adviceOnName(op, argument, stranger, names)}`,
    { op, data: { name: `${argument}.${stranger}`, names, nearest: nearestNames(stranger, names) } },
  );
}

/**
 * As `arraysByName`, with nothing left out.
 *
 * @throws ManabiError `argument`
 */
export function allArraysByName(
  op: string,
  argument: string,
  names: readonly string[],
  given: TrainingArrays,
): readonly TrainingArray[] {
  return arraysByName(op, argument, names, given).map((array, i) => {
    if (array !== null) return array;
    throw new ManabiError('argument', `\`${argument}\` lacks '${names[i]}'. The model has ${listed(names)}.`, {
      op,
      data: { name: `${argument}.${names[i]}`, names },
    });
  });
}

/** Whether something is one array for the only, or for each of `count` places: nested arrays look like lists of arrays. */
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
    `\`${argument}\` has ${given} array${given === 1 ? '' : 's'}, but the model has ${names.length}: ${listed(names)}.`,
    { op, data: { name: argument, names, given } },
  );
}

/** Options that were given in place of labels. */
const OPTIONS = ['epochs', 'batchSize', 'callbacks', 'verbose', 'validationSplit', 'validationData', 'steps'];

function adviceOnName(op: string, argument: string, name: string, names: readonly string[]): string {
  if (argument === 'y' && OPTIONS.includes(name)) return `Options come third: ${op}(x, y, { ${name}: … }).`;
  return didYouMean(name, names);
}

function listed(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
