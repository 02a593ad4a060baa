/**
 * Function that computes `length` samples of a window (of a short-time Fourier transform) whose period is `period`
 * samples.
 */
type Window = (length: number, period: number) => number[];

/**
 * Returns a window function that is a sum of cosines with the given weights: a0 - a1 cos(2πn/N) + a2 cos(4πn/N) - …
 */
function cosines(...weights: readonly number[]): Window {
  return (length, period) =>
    samples(length, (n) =>
      weights.reduce(
        (sum, weight, k) => sum + (k % 2 === 0 ? weight : -weight) * Math.cos((2 * Math.PI * k * n) / period),
        0,
      ),
    );
}

function samples(length: number, at: (n: number) => number): number[] {
  return Array.from({ length }, (_, n) => at(n));
}

/**
 * Returns the value at sample `n` of a triangle: 1 in the middle of the period, decreasing linearly to 0 at both ends.
 */
const fromEnds = (n: number, period: number): number => 1 - Math.abs((2 * n) / period - 1);

/**
 * SciPy's windows without parameters, by SciPy's names. Sources: F. J. Harris, "On the use of windows for harmonic analysis
 * with the discrete Fourier transform", 1978; A. Nuttall, "Some windows with very good sidelobe behavior", 1981.
 */
const WINDOWS = {
  barthann: (length, period) =>
    samples(length, (n) => {
      const distance = Math.abs(n / period - 0.5);
      return 0.62 - 0.48 * distance + 0.38 * Math.cos(2 * Math.PI * distance);
    }),
  bartlett: (length, period) => samples(length, (n) => fromEnds(n, period)),
  blackman: cosines(0.42, 0.5, 0.08),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  bohman: (length, period) =>
    samples(length, (n) => {
      const distance = 1 - fromEnds(n, period);
      return (1 - distance) * Math.cos(Math.PI * distance) + Math.sin(Math.PI * distance) / Math.PI;
    }),
  boxcar: (length) => samples(length, () => 1),
  cosine: (length, period) => samples(length, (n) => Math.sin((Math.PI * (n + 0.5)) / (period + 1))),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  hamming: cosines(0.54, 0.46),
  hann: cosines(0.5, 0.5),
  lanczos: (length, period) =>
    samples(length, (n) => {
      const x = Math.PI * ((2 * n) / period - 1);
      return x === 0 ? 1 : Math.sin(x) / x;
    }),
  nuttall: cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  parzen: (length, period) =>
    samples(length, (n) => {
      const distance = Math.abs(2 * n - period) / (period + 1);
      return Math.abs(2 * n - period) <= period / 2 ? 1 - 6 * distance ** 2 * (1 - distance) : 2 * (1 - distance) ** 3;
    }),
  triang: (length, period) =>
    samples(length, (n) => 1 - Math.abs(2 * n - period) / (period % 2 === 0 ? period + 2 : period + 1)),
} satisfies Readonly<Record<string, Window>>;

/** Name of a window function, such as `hann`. */
export type WindowName = keyof typeof WINDOWS;

/** Names of all window functions. */
export const WINDOW_NAMES = Object.keys(WINDOWS) as readonly WindowName[]; // the table's keys are its names

/**
 * Computes the samples of the window function with a given name.
 *
 * @param periodic whether the window repeats after its last sample, as for spectra; otherwise it is symmetric
 */
export function windowSamples(name: WindowName, length: number, periodic: boolean): number[] {
  if (length === 1) return [1];
  return WINDOWS[name](length, periodic ? length : length - 1);
}
