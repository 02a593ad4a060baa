import { ManabiError } from '@manabi/core';

/**
 * Thresholds as a list.
 *
 * @param fallback the one that there is if none are given
 * @throws ManabiError `argument` for one that is not from 0 to 1
 */
export function readThresholds(
  className: string,
  given: number | readonly number[] | null,
  fallback: number,
): readonly number[] {
  if (given === null) return [fallback];
  const thresholds = typeof given === 'number' ? [given] : given;
  const wrong = thresholds.find((each) => !(each >= 0 && each <= 1));
  if (wrong === undefined) return thresholds;
  throw new ManabiError('argument', `Thresholds of ${className} are numbers from 0 to 1, and ${wrong} is none.`, {
    op: className,
    data: { thresholds, wrong },
  });
}

/**
 * A number of thresholds that divide 0 to 1 evenly; for one alone, 0.5.
 *
 * @throws ManabiError `argument` unless it is a whole number, and not too small
 */
export function evenThresholds(className: string, count: number, least: number): readonly number[] {
  if (Number.isInteger(count) && count >= least) {
    return count === 1 ? [0.5] : Array.from({ length: count }, (_, i) => i / (count - 1));
  }
  throw new ManabiError('argument', `${className} needs ${least} thresholds or more, not ${count}.`, {
    op: className,
    data: { option: 'numThresholds', value: count, least },
  });
}
