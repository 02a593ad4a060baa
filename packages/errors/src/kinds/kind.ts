import { adviceOn } from '../advice.ts';
import { describeGiven, formatGiven } from '../given.ts';
import { ManabiError } from '../manabi-error.ts';

/** Where a value was given: the function, and the name of its argument or option, such as `padding[1]`. */
export interface Place {
  readonly op: string;
  readonly name: string;
}

/**
 * What an argument or option may be, and how it is read. Kinds are built from each other and are plain values, so that
 * one table of them is the check of a function's options, their defaults, and their documentation.
 */
export interface Kind<T> {
  /** What is expected, as it follows "must be" in messages: `a positive integer`. */
  readonly expected: string;
  /** Whether a value is of this kind at first sight; what it contains is checked by `read`. */
  readonly accepts: (given: unknown) => boolean;
  /**
   * Returns the value in the form that is worked with, such as a list for a number that stands for all axes.
   *
   * @throws ManabiError `argument` if the value is not of this kind
   */
  readonly read: (given: unknown, place: Place) => T;
}

/** What a kind reads. */
export type KindValue<K> = K extends Kind<infer T> ? T : never;

/**
 * Makes a kind of values that are taken as they are.
 *
 * @example `const even = kind('an even integer', (given): given is number => Number.isInteger(given) && given % 2 === 0)`
 */
/* @__NO_SIDE_EFFECTS__ */
export function kind<T>(expected: string, accepts: (given: unknown) => given is T): Kind<T> {
  return {
    expected,
    accepts,
    read: (given, place) => {
      if (accepts(given)) return given;
      throw wrongArgument(place, expected, given);
    },
  };
}

/**
 * Makes the error for a value that does not fit: "`units` must be a positive integer; got -3."
 *
 * @param fix a further sentence that says what to do
 */
export function wrongArgument({ op, name }: Place, expected: string, given: unknown, fix = ''): ManabiError {
  const message =
    given === undefined
      ? `\`${name}\` is required: ${expected}.`
      : `\`${name}\` must be ${expected}; got ${formatGiven(given)}.`;
  const advice = fix === '' ? adviceOn(given) : fix;
  const isObject = (typeof given === 'object' && given !== null) || typeof given === 'function';
  return new ManabiError('argument', advice === '' ? message : `${message} ${advice}`, {
    op,
    // Numbers, strings and the like as they are; of an object no more than its description, so that errors hold no data.
    data: { name, expected, given: isObject ? describeGiven(given) : given },
  });
}

/** Checks one argument of a function. */
export function readArgument<T>(op: string, name: string, given: unknown, { read }: Kind<T>): T {
  return read(given, { op, name });
}
