import { chart } from '../../plots/chart.ts';
import type { Point } from '../../plots/thin.ts';
import type { Progress } from './messages.ts';

/** Adds the accuracy of a report to a curve; the curve of a new network starts again. */
export function withAccuracy(points: readonly Point[], { step, accuracy }: Progress): readonly Point[] {
  const last = points[points.length - 1];
  if (last === undefined || step < last[0]) return [[step, accuracy]];
  // The accuracy is measured every few steps.
  return accuracy === last[1] ? points : [...points, [step, accuracy]];
}

/** Draws the accuracy on test digits. */
export function accuracyChart(points: readonly Point[]): string {
  return chart('Accuracy on test digits', [{ label: 'accuracy', points }], { step: 'step', values: 'Values' });
}

/** Says how far a training is. */
export function progressText(progress: Progress | null): string {
  if (progress === null) return 'Not trained yet.';
  const { step, loss, accuracy } = progress;
  return `Step ${step}. Loss ${loss.toFixed(3)}. The network reads ${(100 * accuracy).toFixed(1)} % of the test digits.`;
}
