/** Values in ascending order, and the number of samples that each stands for. */
export interface Summary {
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

/** The summary of no samples. */
export const NO_SAMPLES: Summary = { values: new Float32Array(0), weights: new Float32Array(0) };

/** Reduces samples to about `1 / epsilon` values at equal distances in the order of the samples, as Keras does. */
export function summarized(samples: Float32Array, epsilon: number): Summary {
  const sorted = samples.slice().sort();
  const step = Math.max(sorted.length * epsilon, 1);
  const values = sorted.filter(
    (_, i) => i >= Math.trunc(step - 1) && (i - Math.trunc(step - 1)) % Math.trunc(step) === 0,
  );
  return { values, weights: new Float32Array(values.length).fill(step) };
}

/** Merges two summaries and compresses the result. */
export function merged(first: Summary, second: Summary, epsilon: number): Summary {
  const values = [...first.values, ...second.values];
  const weights = [...first.weights, ...second.weights];
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const summary = {
    values: Float32Array.from(order, (i) => values[i]),
    weights: Float32Array.from(order, (i) => weights[i]),
  };
  return compressed(summary, epsilon);
}

/** Returns the boundaries of intervals that contain about equal numbers of samples. */
export function boundariesOf(summary: Summary, intervals: number): number[] {
  return [...compressed(summary, 1 / intervals).values].slice(0, -1);
}

/** Interpolates a summary at steps of `epsilon` of its samples, unless it is short already. */
function compressed(summary: Summary, epsilon: number): Summary {
  const { values, weights } = summary;
  if (values.length * epsilon < 1) return summary;
  const cumulative = new Float32Array(weights.length);
  for (let i = 0; i < weights.length; i++) cumulative[i] = weights[i] + (i > 0 ? cumulative[i - 1] : 0);
  const shares = cumulative.map((count) => count / cumulative[cumulative.length - 1]);
  const steps = Array.from({ length: Math.ceil(1 / epsilon) }, (_, i) => epsilon + i * epsilon);
  const counts = steps.map((share) => interpolated(share, shares, cumulative));
  return {
    values: Float32Array.from(steps, (share) => interpolated(share, shares, values)),
    weights: Float32Array.from(counts, (count, i) => count - (i > 0 ? counts[i - 1] : 0)),
  };
}

/** Interpolates linearly between points with ascending x, and returns the first or last y beyond them. */
function interpolated(at: number, x: Float32Array, y: Float32Array): number {
  const last = x.length - 1;
  if (at < x[0]) return y[0];
  if (at >= x[last]) return y[last];
  const after = x.findIndex((value) => value > at);
  const slope = (y[after] - y[after - 1]) / (x[after] - x[after - 1]);
  return slope * (at - x[after - 1]) + y[after - 1];
}
