import { formatGiven } from '../given.ts';
import { ManabiError } from '../manabi-error.ts';
import { didYouMean, nearestNames } from '../nearest.ts';
import { type Kind, kind, type Place, wrongArgument } from './kind.ts';

/** Strings. */
export const text: Kind<string> = kind('a string', (given): given is string => typeof given === 'string');

/** Strings of one character or more. */
export const name: Kind<string> = kind(
  'a string that is not empty',
  (given): given is string => typeof given === 'string' && given !== '',
);

/** true and false. */
export const boolean: Kind<boolean> = kind('true or false', (given): given is boolean => typeof given === 'boolean');

/**
 * Returns the kind of some words. Case, underscores and hyphens do not count, so that Keras's `channels_last` is
 * `channelsLast`.
 *
 * @example `oneOf('valid', 'same').expected // "'valid' or 'same'"`
 */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const Words extends readonly string[]>(...words: Words): Kind<Words[number]> {
  const quoted = words.map((word) => `'${word}'`);
  const expected =
    quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted[quoted.length - 1]}`;
  const find = (given: unknown): Words[number] | undefined =>
    typeof given === 'string' ? words.find((word) => normalized(word) === normalized(given)) : undefined;
  return {
    expected,
    accepts: (given) => find(given) !== undefined,
    read: (given, place) => {
      const word = find(given);
      if (word !== undefined) return word;
      throw typeof given === 'string'
        ? unknownName(place, expected, given, words)
        : wrongArgument(place, expected, given);
    },
  };
}

/**
 * Makes the error for a name that is not known: "`activation` must be the name of an activation; got "relv". Did you mean
 * 'relu'?" Its data has the nearest names.
 *
 * @param known all names that there are
 * @param fix a sentence that says what to do, in place of the nearest names
 */
export function unknownName(
  { op, name }: Place,
  expected: string,
  given: string,
  known: readonly string[],
  fix?: string,
): ManabiError {
  const nearest = nearestNames(given, known);
  const advice = fix ?? (nearest.length === 0 ? '' : didYouMean(given, known));
  return new ManabiError(
    'argument',
    `\`${name}\` must be ${expected}; got ${formatGiven(given)}. ${advice}`.trimEnd(),
    {
      op,
      data: { name, expected, given, nearest },
    },
  );
}

function normalized(word: string): string {
  return word.replace(/[_-]/g, '').toLowerCase();
}
