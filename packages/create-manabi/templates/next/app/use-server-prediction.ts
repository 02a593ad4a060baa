import { useEffect, useState } from 'react';

/** Returns what the route handler predicts for a flower: the probability of each species, or null until it answers. */
export function useServerPrediction(flower: readonly number[]): readonly number[] | null {
  const [probabilities, setProbabilities] = useState<readonly number[] | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const response = await fetch('/api/predict', { method: 'POST', body: JSON.stringify(flower) });
      const answer: { readonly probabilities: readonly number[] } | null = response.ok ? await response.json() : null;
      if (isCurrent) setProbabilities(answer?.probabilities ?? null);
    };
    ask().catch(() => isCurrent && setProbabilities(null));
    return () => {
      isCurrent = false; // A later flower has been asked for: ignore the answer to this one.
    };
  }, [flower]);
  return probabilities;
}
