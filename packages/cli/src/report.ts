import type { History } from 'manabi';
import { curves } from './curves.ts';
import type { Terminal } from './terminal.ts';

/** Plots loss and accuracy over the epochs, and says if Ctrl-C ended the training. */
export function reportCurves({ say, colours }: Terminal, { history, interrupted }: History): void {
  const drawn = curves(history, colours.isColorSupported);
  if (drawn !== '') say(`\n${drawn}`);
  if (interrupted) say('\nStopped early. The network keeps the weights of the last step.');
}

/** Result of a test. */
export interface Outcome {
  readonly accuracy: number;
  readonly loss: number;
  readonly samples: number;
  readonly secondsPerEpoch?: number | null;
}

/** Prints the accuracy and the loss of a test in one line. */
export function reportOutcome(
  { say, colours }: Terminal,
  { accuracy, loss, samples, secondsPerEpoch = null }: Outcome,
): void {
  say(
    `\n${colours.bold('test accuracy')} ${accuracy.toFixed(4)} on ${samples.toLocaleString('en-US')} samples, ` +
      `loss ${loss.toFixed(4)}${secondsPerEpoch === null ? '' : `; ${secondsPerEpoch.toFixed(2)} s per epoch`}`,
  );
}
