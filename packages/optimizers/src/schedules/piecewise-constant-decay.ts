import { checkOptions, describeGiven, lessEqual, ManabiError, scalar, type Tensor, where } from '@manabi/core';
import { check, checkNotNegative } from '../hyperparameters.ts';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `piecewiseConstantDecay`. */
export interface PiecewiseConstantDecayOptions {
  /** Last step of each value but the last, rising. */
  readonly boundaries: readonly number[];
  /** The rates: one more than boundaries. */
  readonly values: readonly number[];
}

/**
 * values[0] up to and with step boundaries[0], values[1] up to and with boundaries[1], and so on.
 *
 * @throws ManabiError `argument` unless boundaries are rising whole numbers and there is one value more
 * @example `piecewiseConstantDecay({ boundaries: [100000, 110000], values: [1, 0.5, 0.1] })`
 */
export function piecewiseConstantDecay(options: PiecewiseConstantDecayOptions): Schedule {
  const op = 'piecewiseConstantDecay';
  checkOptions(op, options, { boundaries: true, values: true });
  const { boundaries, values } = options;
  for (const [name, list] of Object.entries({ boundaries, values })) {
    if (Array.isArray(list)) continue;
    const given = describeGiven(list);
    throw new ManabiError('argument', `${name} must be a list of numbers, but ${given} was given.`, {
      op,
      data: { name, given },
    });
  }
  if (values.length !== boundaries.length + 1) {
    throw new ManabiError(
      'argument',
      `${boundaries.length} boundaries part ${boundaries.length + 1} values, but ${values.length} are given.`,
      { op, data: { boundaries: boundaries.length, values: values.length } },
    );
  }
  for (const [i, value] of values.entries()) checkNotNegative(op, { [`values[${i}]`]: value });
  for (const [i, boundary] of boundaries.entries()) {
    const isRight = (value: number): boolean => Number.isInteger(value) && (i === 0 || value > boundaries[i - 1]);
    check(op, { [`boundaries[${i}]`]: boundary }, isRight, 'must be a whole number above the one before it');
  }
  const config = { boundaries, values };
  return describedSchedule('PiecewiseConstantDecay', config, (step) =>
    boundaries.reduceRight<Tensor>(
      (later, boundary, i) => where(lessEqual(step, boundary), values[i], later),
      scalar(values[boundaries.length]),
    ),
  );
}
