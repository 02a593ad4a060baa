import { lessEqual, scalar, type Tensor, where } from '@manabi/core';
import { integer, type KindsOf, listOf, ManabiError, notNegative, readOptions, wrongArgument } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `piecewiseConstantDecay`. */
export interface PiecewiseConstantDecayOptions {
  /** Last step of each value but the last, rising. */
  readonly boundaries: readonly number[];
  /** The rates: one more than boundaries. */
  readonly values: readonly number[];
}

const kinds = {
  boundaries: listOf(integer()),
  values: listOf(notNegative),
} satisfies KindsOf<PiecewiseConstantDecayOptions>;

/**
 * values[0] up to and with step boundaries[0], values[1] up to and with boundaries[1], and so on.
 *
 * @throws ManabiError `argument` unless boundaries are rising whole numbers and there is one value more
 * @example `piecewiseConstantDecay({ boundaries: [100000, 110000], values: [1, 0.5, 0.1] })`
 */
export function piecewiseConstantDecay(options: PiecewiseConstantDecayOptions): Schedule {
  const op = 'piecewiseConstantDecay';
  const { boundaries, values } = readOptions(op, options, kinds);
  if (values.length !== boundaries.length + 1) {
    throw new ManabiError(
      'argument',
      `${boundaries.length} boundaries need ${boundaries.length + 1} values; got ${values.length}.`,
      { op, data: { boundaries: boundaries.length, values: values.length } },
    );
  }
  boundaries.forEach((boundary, i) => {
    if (i === 0 || boundary > boundaries[i - 1]) return;
    throw wrongArgument({ op, name: `boundaries[${i}]` }, 'greater than the boundary before it', boundary);
  });
  const config = { boundaries, values };
  return describedSchedule('PiecewiseConstantDecay', config, (step, dtype) =>
    boundaries.reduceRight<Tensor>(
      (later, boundary, i) => where(lessEqual(step, boundary), values[i], later),
      scalar(values[boundaries.length], { dtype }),
    ),
  );
}
