import { adviceOn } from '../advice.ts';
import { describeGiven, formatGiven } from '../given.ts';
import { ManabiError } from '../manabi-error.ts';

/**
 * Where a value that is being checked was passed: the public name of the function, and the name of the argument or
 * option, such as `padding[1]`.
 */
export interface ArgumentLocation {
  readonly op: string;
  readonly name: string;
}

/**
 * Validator of an argument or option. It describes the valid values, checks a value, and converts it to one standard
 * form. Validators are plain objects and can be combined. An object of validators therefore defines the options of a
 * function, with their defaults and the descriptions in error messages.
 */
export interface Kind<T> {
  /** Phrase that follows "must be" in messages: `a positive integer`. */
  readonly expected: string;
  /** Whether a value has the right type. The items and fields of the value are checked only by `read`. */
  readonly accepts: (given: unknown) => boolean;
  /**
   * Checks a value and returns its standard form, such as `[3, 3]` for a kernel size of 3.
   *
   * @throws ManabiError `argument` if the value is invalid
   */
  readonly read: (given: unknown, location: ArgumentLocation) => T;
}

/** Type of the values that the method `read` of a validator returns. */
export type KindValue<K> = K extends Kind<infer T> ? T : never;

/**
 * Creates a validator from a type guard. Accepted values are returned unchanged.
 *
 * @param expected phrase that follows "must be" in messages
 * @example
 * ```ts
 * import { kind, readArgument } from '@manabi/errors';
 *
 * const date = kind('a Date', (given) => given instanceof Date);
 * readArgument('schedule', 'start', '2024-01-01', date); // throws 'argument'
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function kind<T>(expected: string, accepts: (given: unknown) => given is T): Kind<T> {
  return {
    expected,
    accepts,
    read: (given, location) => {
      if (accepts(given)) return given;
      throw wrongArgument(location, expected, given);
    },
  };
}

/**
 * Creates the error for an invalid argument, with a message such as "`units` must be a positive integer; got -3."
 *
 * @param expected phrase that follows "must be"
 * @param fix sentence with the fix, at the end of the message
 * @example
 * ```ts
 * import { wrongArgument } from '@manabi/errors';
 *
 * const error = wrongArgument({ op: 'dense', name: 'units' }, 'a positive integer', -3);
 * console.log(error.message); // '[dense] `units` must be a positive integer; got -3.'
 * ```
 */
export function wrongArgument({ op, name }: ArgumentLocation, expected: string, given: unknown, fix = ''): ManabiError {
  const message =
    given === undefined
      ? `\`${name}\` is required: pass ${expected}.`
      : `\`${name}\` must be ${expected}; got ${formatGiven(given)}.`;
  const advice = fix === '' ? adviceOn(given) : fix;
  const isObject = (typeof given === 'object' && given !== null) || typeof given === 'function';
  return new ManabiError('argument', advice === '' ? message : `${message} ${advice}`, {
    op,
    // `data.given` contains primitive values themselves, but only a description of an object: an error must not keep
    // large data in memory.
    data: { name, expected, given: isObject ? describeGiven(given) : given },
  });
}

/**
 * Checks one argument of a function and returns it in the standard form of its validator.
 *
 * @param op public name of the function
 * @param name name of the argument
 * @throws ManabiError `argument` if the value is invalid
 * @example
 * ```ts
 * import { positiveInteger, readArgument } from '@manabi/errors';
 *
 * console.log(readArgument('dense', 'units', 3, positiveInteger)); // 3
 * readArgument('dense', 'units', -3, positiveInteger); // throws 'argument'
 * ```
 */
export function readArgument<T>(op: string, name: string, given: unknown, { read }: Kind<T>): T {
  return read(given, { op, name });
}
