import type { Outcome } from './measure.ts';

/** Returns the samples of a contestant; none if it was not measured. */
export function samplesOf({ outcome }: { readonly outcome: Outcome }): readonly number[] {
  return outcome.kind === 'measured' ? outcome.samplesMs : [];
}
