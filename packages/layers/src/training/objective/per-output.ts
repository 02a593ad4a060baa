import { ManabiError } from '@manabi/core';
import { didYouMean, nearestNames } from '@manabi/errors/internal';
import { isRecordOfParts, type PerOutput } from './compile.ts';

/**
 * Returns the value of an option for each output, in order. A single value applies to all outputs, a list has one value
 * per output, and an object has output names as keys. Returns null for outputs without a value.
 *
 * @param option name of the option in messages: `loss`
 * @throws ManabiError `argument` for a list of another length, or an unknown output name
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
      `\`${option}\` must have one entry for each of the ${outputs.length} outputs (${outputs.join(', ')}); got ` +
        `${given.length}. Pass a list in this order, or an object by output name.`,
      { op: 'compile', data: { name: option, given: given.length, outputs } },
    );
  }
  if (!isRecordOfParts(given)) return outputs.map(() => given);
  const unknown = Object.keys(given).find((name) => !outputs.includes(name));
  if (unknown === undefined) return outputs.map((name) => given[name] ?? null);
  throw new ManabiError(
    'argument',
    `\`${option}\` names the output '${unknown}', which the model does not have. ${didYouMean(unknown, outputs)}`,
    { op: 'compile', data: { name: `${option}.${unknown}`, outputs, nearest: nearestNames(unknown, outputs) } },
  );
}

function isList<T>(given: PerOutput<T>): given is readonly (T | null)[] {
  return Array.isArray(given);
}
