import { lessEqual, scalar, type Tensor, where } from '@manabi/core';
import { integer, type KindsOf, listOf, ManabiError, notNegative, readOptions, wrongArgument } from '@manabi/errors';
import type { Schedule } from '../optimizer.ts';
import { describedSchedule } from './described-schedule.ts';

/** Options of `piecewiseConstantDecay`. */
export interface PiecewiseConstantDecayOptions {
  /** For each value except the final one, the last step at which the value applies, in increasing order. */
  readonly boundaries: readonly number[];
  /** Learning rates between the boundaries; one more than `boundaries` has elements. */
  readonly values: readonly number[];
}

const kinds = {
  boundaries: listOf(integer()),
  values: listOf(notNegative),
} satisfies KindsOf<PiecewiseConstantDecayOptions>;

/**
 * Creates a schedule that is constant between given steps.
 *
 * `rate = values[0]` while `step <= boundaries[0]`, `values[1]` while `step <= boundaries[1]`, and so on.
 *
 * @throws ManabiError `argument` unless `boundaries` are increasing integers and `values` has one element more
 * @example
 * ```ts
 * import { scalar } from 'manabi';
 * import { piecewiseConstantDecay } from 'manabi/optimizers';
 *
 * const schedule = piecewiseConstantDecay({ boundaries: [100, 200], values: [1, 0.5, 0.1] });
 * console.log(await schedule(scalar(150, { dtype: 'int32' })).item()); // 0.5
 * ```
 */
export function piecewiseConstantDecay(options: PiecewiseConstantDecayOptions): Schedule {
  const op = 'piecewiseConstantDecay';
  const { boundaries, values } = readOptions(op, options, kinds);
  if (values.length !== boundaries.length + 1) {
    throw new ManabiError(
      'argument',
      `\`values\` must have one element more than \`boundaries\`: expected ${boundaries.length + 1}, got ${values.length}.`,
      { op, data: { boundaries: boundaries.length, values: values.length } },
    );
  }
  boundaries.forEach((boundary, i) => {
    if (i === 0 || boundary > boundaries[i - 1]) return;
    throw wrongArgument({ op, name: `boundaries[${i}]` }, 'greater than the previous boundary', boundary);
  });
  const config = { boundaries, values };
  return describedSchedule('PiecewiseConstantDecay', config, (step, dtype) =>
    boundaries.reduceRight<Tensor>(
      (later, boundary, i) => where(lessEqual(step, boundary), values[i], later),
      scalar(values[boundaries.length], { dtype }),
    ),
  );
}
