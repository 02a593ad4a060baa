import { type ContestantName, contestants } from './contestants.ts';
import type { Outcome } from './measure.ts';
import { samplesOf } from './samples-of.ts';
import { median, pairedRatio } from './statistics.ts';

/** A contestant with its outcome in a case. */
interface Result {
  readonly who: ContestantName;
  readonly outcome: Outcome;
}

/**
 * Returns the peer with the lowest median on the device of one of manabi's contestants, and its time divided by the time of
 * that contestant in the same rounds.
 *
 * @returns null for peers, and if no peer on the device was measured
 */
export function bestPeerOf(
  own: Result,
  all: readonly Result[],
): { readonly who: ContestantName; readonly ratio: number } | null {
  const { origin, device } = contestants[own.who];
  if (origin !== 'repository') return null;
  const [best] = all
    .filter(({ who }) => contestants[who].origin !== 'repository' && contestants[who].device === device)
    .map((peer) => ({ who: peer.who, samples: samplesOf(peer) }))
    .filter(({ samples }) => samples.length > 0)
    .sort((a, b) => median(a.samples) - median(b.samples));
  if (best === undefined) return null;
  const ratio = pairedRatio(best.samples, samplesOf(own));
  return ratio === null ? null : { who: best.who, ratio };
}
