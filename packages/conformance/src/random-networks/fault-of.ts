import type { Trained } from './trained.ts';

/**
 * Largest error, relative to the largest element: rounding errors reach 1e-4 where gradients cancel, and the sign of one value
 * before a ReLU may change with them.
 */
const TOLERANCE = 1e-3;

/** Compares what a backend has computed with the expected training. Returns what differs most, or null. */
export function faultOf(expected: Trained, found: Trained): string | null {
  const changes = expected.changes.map(({ values }) => largest(values));
  // Changes that are tiny beside those of other weights consist of rounding errors.
  const least = Math.max(...changes) / 100 + 1e-6;
  const errors = [
    { what: 'losses', error: distance(expected.losses, found.losses) / Math.max(1, largest(expected.losses)) },
    ...expected.predictions.map((values, i) => ({
      what: i === 0 ? 'predictions before the first step' : 'predictions after the last step',
      error: distance(values, found.predictions[i]),
    })),
    ...expected.changes.map(({ name, values }, i) => ({
      what: `the change of ${name}`,
      error: distance(values, found.changes[i].values) / Math.max(changes[i], least),
    })),
  ];
  const [worst] = errors.sort((a, b) => b.error - a.error);
  return worst.error <= TOLERANCE ? null : `${worst.what} differ by ${worst.error.toExponential(1)}`;
}

const largest = (values: readonly number[]): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Returns the largest difference between two lists; infinity if only one of two elements is NaN. */
function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, x, i) => {
    if (Object.is(x, b[i])) return most;
    const difference = Math.abs(x - b[i]);
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
}
