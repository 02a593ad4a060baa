import { ManabiError } from '@manabi/core';
import { didYouMean, nearestNames } from '@manabi/errors/internal';
import { isRecordOfParts, type PerOutput } from './compile.ts';

/**
 * What belongs to each output, in their order: a single thing belongs to all, a list has one for each, a record names
 * them. null where there is nothing.
 *
 * @param option what it is called in messages: `loss`
 * @throws ManabiError `argument` for a list of another length, or a name that no output has
 */
export function perOutput<T>(
  option: string,
  outputs: readonly string[],
  given: PerOutput<T> | undefined,
): readonly (T | null)[] {
  if (given === undefined || given === null) return outputs.map(() => null);
  if (isList(given)) {
    if (given.length === outputs.length) return given;
    throw new ManabiError(
      'argument',
      `\`${option}\` has ${given.length} entries, but the model has ${outputs.length} outputs: ${outputs.join(', ')}. Give ` +
        'one for each, or a record by their names.',
      { op: 'compile', data: { name: option, given: given.length, outputs } },
    );
  }
  if (!isRecordOfParts(given)) return outputs.map(() => given);
  const stranger = Object.keys(given).find((name) => !outputs.includes(name));
  if (stranger === undefined) return outputs.map((name) => given[name] ?? null);
  throw new ManabiError(
    'argument',
    `\`${option}\` names the output '${stranger}', which the model does not have. ${didYouMean(stranger, outputs)}`,
    { op: 'compile', data: { name: `${option}.${stranger}`, outputs, nearest: nearestNames(stranger, outputs) } },
  );
}

function isList<T>(given: PerOutput<T>): given is readonly (T | null)[] {
  return Array.isArray(given);
}
