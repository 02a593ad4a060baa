import { type Kind, kind } from './kind.ts';

/** The ends of an interval: `min` and `max` belong to it, `above` and `below` do not. At most one of each end. */
export interface Interval {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
}

/**
 * Returns the kind of finite numbers in an interval.
 *
 * @example `number({ min: 0, below: 1 }).expected // 'a number in [0, 1)'`
 */
/* @__NO_SIDE_EFFECTS__ */
export function number(interval: Interval = {}): Kind<number> {
  return kind(`a ${isOpen(interval) ? 'finite number' : 'number'}${inInterval(interval)}`, (given): given is number =>
    isWithin(given, interval),
  );
}

/**
 * Returns the kind of integers in an interval; without one, of all that a number holds exactly.
 *
 * @example `integer({ min: 1 }).expected // 'a positive integer'`
 */
/* @__NO_SIDE_EFFECTS__ */
export function integer(interval: Interval = {}): Kind<number> {
  const expected =
    interval.min === 1 && interval.max === undefined ? 'a positive integer' : `an integer${inInterval(interval)}`;
  return kind(expected, (given): given is number => Number.isSafeInteger(given) && isWithin(given, interval));
}

/** Integers from 1 up. */
export const positiveInteger: Kind<number> = integer({ min: 1 });

/** Integers from 0 up: counts, and the seeds of random numbers. */
export const count: Kind<number> = integer({ min: 0 });

/** Numbers from 0 up: rates, epsilons, strengths. */
export const notNegative: Kind<number> = number({ min: 0 });

/** Numbers above 0: bounds, lengths. */
export const positive: Kind<number> = number({ above: 0 });

/** Numbers from 0 to 1, both included: probabilities and shares. */
export const fraction: Kind<number> = number({ min: 0, max: 1 });

/** Numbers from 0 to 1, without 1: weights of running averages, and rates of dropout. */
export const decay: Kind<number> = number({ min: 0, below: 1 });

function isWithin(given: unknown, interval: Interval): given is number {
  if (typeof given !== 'number' || !Number.isFinite(given)) return false;
  const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity } = interval;
  return given >= min && given > above && given <= max && given < below;
}

function isOpen({ min, above, max, below }: Interval): boolean {
  return (min ?? above) === undefined && (max ?? below) === undefined;
}

function inInterval({ min, above, max, below }: Interval): string {
  const [low, high] = [min ?? above, max ?? below];
  if (low !== undefined && high !== undefined) {
    return ` in ${above === undefined ? '[' : '('}${low}, ${high}${below === undefined ? ']' : ')'}`;
  }
  if (low !== undefined) return above === undefined ? ` of at least ${low}` : ` greater than ${low}`;
  if (high !== undefined) return below === undefined ? ` of at most ${high}` : ` less than ${high}`;
  return '';
}
