import { type Kind, kind } from './kind.ts';

/**
 * Interval of numbers. The bounds `min` and `max` are inclusive, `above` and `below` exclusive. Pass at most one of
 * `min` and `above`, and at most one of `max` and `below`.
 */
export interface Interval {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
}

/**
 * Returns a validator that accepts finite numbers in an interval.
 *
 * @example
 * ```ts
 * import { number } from '@manabi/errors';
 *
 * console.log(number({ min: 0, below: 1 }).expected); // a number in [0, 1)
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function number(interval: Interval = {}): Kind<number> {
  return kind(describe('number', interval), (given): given is number => isWithin(given, interval));
}

/**
 * Returns a validator that accepts safe integers (magnitude up to 2^53 - 1) in an interval.
 *
 * @example
 * ```ts
 * import { integer } from '@manabi/errors';
 *
 * console.log(integer({ min: 1 }).expected); // a positive integer
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function integer(interval: Interval = {}): Kind<number> {
  return kind(
    describe('integer', interval),
    (given): given is number => Number.isSafeInteger(given) && isWithin(given, interval),
  );
}

/**
 * Validator that accepts positive integers, such as sizes.
 *
 * @example
 * ```ts
 * import { positiveInteger, readArgument } from '@manabi/errors';
 *
 * readArgument('dense', 'units', 0, positiveInteger); // throws 'argument'
 * ```
 */
export const positiveInteger: Kind<number> = integer({ min: 1 });

/**
 * Validator that accepts non-negative integers, such as counts and seeds.
 *
 * @example
 * ```ts
 * import { count, readArgument } from '@manabi/errors';
 *
 * console.log(readArgument('shuffle', 'seed', 0, count)); // 0
 * ```
 */
export const count: Kind<number> = integer({ min: 0 });

/**
 * Validator that accepts non-negative numbers, such as learning rates and strengths of regularization.
 *
 * @example
 * ```ts
 * import { notNegative, readArgument } from '@manabi/errors';
 *
 * readArgument('adam', 'learningRate', -0.1, notNegative); // throws 'argument'
 * ```
 */
export const notNegative: Kind<number> = number({ min: 0 });

/**
 * Validator that accepts positive numbers, such as the largest allowed norm of a gradient.
 *
 * @example
 * ```ts
 * import { positive, readArgument } from '@manabi/errors';
 *
 * readArgument('clip', 'norm', 0, positive); // throws 'argument'
 * ```
 */
export const positive: Kind<number> = number({ above: 0 });

/**
 * Validator that accepts numbers in [0, 1], such as probabilities.
 *
 * @example
 * ```ts
 * import { fraction, readArgument } from '@manabi/errors';
 *
 * console.log(readArgument('fit', 'validationSplit', 0.2, fraction)); // 0.2
 * ```
 */
export const fraction: Kind<number> = number({ min: 0, max: 1 });

/**
 * Validator that accepts numbers in [0, 1), such as momentum and dropout rates.
 *
 * @example
 * ```ts
 * import { decay, readArgument } from '@manabi/errors';
 *
 * readArgument('dropout', 'rate', 1, decay); // throws 'argument'
 * ```
 */
export const decay: Kind<number> = number({ min: 0, below: 1 });

function isWithin(given: unknown, interval: Interval): given is number {
  if (typeof given !== 'number' || !Number.isFinite(given)) return false;
  const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity } = interval;
  return given >= min && given > above && given <= max && given < below;
}

/** Returns a phrase for the numbers in an interval, such as "a positive integer" or "a number in [0, 1)". */
function describe(noun: 'number' | 'integer', { min, above, max, below }: Interval): string {
  const [low, high] = [min ?? above, max ?? below];
  const [opening, closing] = [above === undefined ? '[' : '(', below === undefined ? ']' : ')'];
  const single = noun === 'integer' ? 'an integer' : 'a number';
  if (low !== undefined && high !== undefined) return `${single} in ${opening}${low}, ${high}${closing}`;
  if (above === 0 || (noun === 'integer' && min === 1)) return `a positive ${noun}`;
  if (min === 0) return `a non-negative ${noun}`;
  if (low !== undefined) return `${single} ${above === undefined ? 'of at least' : 'greater than'} ${low}`;
  if (high !== undefined) return `${single} ${below === undefined ? 'of at most' : 'less than'} ${high}`;
  return noun === 'integer' ? 'an integer' : 'a finite number';
}
