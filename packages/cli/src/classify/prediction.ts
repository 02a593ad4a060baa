import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { largest } from './scores.ts';

/** The predicted class of one sample, with probabilities. */
export interface Prediction {
  readonly file: string;
  readonly class: number;
  readonly label: string;
  readonly probability: number;
  readonly probabilities: readonly number[];
}

/**
 * Finds the most probable class of a sample.
 *
 * @param labels names of the classes; undefined to use their numbers
 * @param model name of the network, used in messages
 * @throws UsageError if there are more or fewer names than classes
 */
export function predictionOf(
  file: string,
  probabilities: readonly number[],
  labels: readonly string[] | undefined,
  model: string,
): Prediction {
  if (labels !== undefined && labels.length !== probabilities.length) {
    throw new UsageError(`--class-labels names ${labels.length} classes, but ${model} has ${probabilities.length}.`);
  }
  const index = largest(probabilities);
  const label = labels?.[index] ?? String(index);
  return { file, class: index, label, probability: probabilities[index], probabilities };
}

/** Prints a line for each prediction, with the next two classes. */
export function reportPredictions(
  { say, colours }: Terminal,
  predictions: readonly Prediction[],
  labels: readonly string[] | undefined,
): void {
  const width = predictions.reduce((most, { file }) => Math.max(most, file.length), 0);
  for (const { file, label, probability, probabilities } of predictions) {
    const others = probabilities
      .map((value, index) => ({ value, name: labels?.[index] ?? String(index) }))
      .sort((a, b) => b.value - a.value)
      .slice(1, 3)
      .map(({ value, name }) => `${name} ${percent(value)}`);
    say(`${file.padEnd(width)}  ${colours.bold(label)}  ${percent(probability)}  (then ${others.join(', ')})`);
  }
}

function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)}%`;
}
