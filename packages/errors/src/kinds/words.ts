import { formatGiven } from '../given.ts';
import { ManabiError } from '../manabi-error.ts';
import { didYouMean, nearestNames } from '../nearest.ts';
import { type ArgumentLocation, type Kind, kind, wrongArgument } from './kind.ts';

/**
 * Validator that accepts strings.
 *
 * @example
 * ```ts
 * import { readArgument, text } from '@manabi/errors';
 *
 * readArgument('save', 'path', 3, text); // throws 'argument'
 * ```
 */
export const text: Kind<string> = kind('a string', (given): given is string => typeof given === 'string');

/**
 * Validator that accepts non-empty strings.
 *
 * @example
 * ```ts
 * import { name, readArgument } from '@manabi/errors';
 *
 * readArgument('dense', 'name', '', name); // throws 'argument'
 * ```
 */
export const name: Kind<string> = kind(
  'a non-empty string',
  (given): given is string => typeof given === 'string' && given !== '',
);

/**
 * Validator that accepts booleans.
 *
 * @example
 * ```ts
 * import { boolean, readArgument } from '@manabi/errors';
 *
 * readArgument('dense', 'useBias', 'no', boolean); // throws 'argument'
 * ```
 */
export const boolean: Kind<boolean> = kind('true or false', (given): given is boolean => typeof given === 'boolean');

/**
 * Returns a validator that accepts a fixed set of words. Case, underscores and hyphens are ignored, so that Keras's
 * `channels_last` is read as `channelsLast`.
 *
 * @example
 * ```ts
 * import { oneOf, readArgument } from '@manabi/errors';
 *
 * console.log(readArgument('conv', 'padding', 'SAME', oneOf('valid', 'same'))); // same
 * ```
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
    read: (given, location) => {
      const word = find(given);
      if (word !== undefined) return word;
      throw typeof given === 'string'
        ? unknownName(location, expected, given, words)
        : wrongArgument(location, expected, given);
    },
  };
}

/**
 * Creates the error for an unknown name. The message suggests the nearest names, and `data.nearest` lists them.
 *
 * @param expected phrase that follows "must be"
 * @param known all valid names
 * @param fix sentence that replaces the suggestion of nearest names in the message
 * @example
 * ```ts
 * import { unknownName } from '@manabi/errors/internal';
 *
 * const location = { op: 'dense', name: 'activation' };
 * const error = unknownName(location, 'the name of an activation', 'relv', ['relu', 'tanh']);
 * const result = error.message;
 * console.log(result); // '[dense] `activation` must be the name of an activation; got "relv". Did you mean \'relu\'?'
 * ```
 */
export function unknownName(
  { op, name }: ArgumentLocation,
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
