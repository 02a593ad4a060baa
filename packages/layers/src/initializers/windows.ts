/** A window of `length` samples, over a period of `period` of them. */
type Window = (length: number, period: number) => number[];

/** Sums of cosines: a0 - a1 cos(2πn/N) + a2 cos(4πn/N) - … */
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

/** 1 in the middle of the period, falling to both ends: 0 to 1 there. */
const fromEnds = (n: number, period: number): number => 1 - Math.abs((2 * n) / period - 1);

/**
 * Windows by SciPy's names, those that need no parameter: Harris, "On the use of windows for harmonic analysis", 1978, and
 * Nuttall, 1981.
 */
const WINDOWS = {
  barthann: (length, period) =>
    samples(length, (n) => {
      const away = Math.abs(n / period - 0.5);
      return 0.62 - 0.48 * away + 0.38 * Math.cos(2 * Math.PI * away);
    }),
  bartlett: (length, period) => samples(length, (n) => fromEnds(n, period)),
  blackman: cosines(0.42, 0.5, 0.08),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  bohman: (length, period) =>
    samples(length, (n) => {
      const away = 1 - fromEnds(n, period);
      return (1 - away) * Math.cos(Math.PI * away) + Math.sin(Math.PI * away) / Math.PI;
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
      const away = Math.abs(2 * n - period) / (period + 1);
      return Math.abs(2 * n - period) <= period / 2 ? 1 - 6 * away ** 2 * (1 - away) : 2 * (1 - away) ** 3;
    }),
  triang: (length, period) =>
    samples(length, (n) => 1 - Math.abs(2 * n - period) / (period % 2 === 0 ? period + 2 : period + 1)),
} satisfies Readonly<Record<string, Window>>;

/** A window by name. */
export type WindowName = keyof typeof WINDOWS;

/** All windows by name. */
export const WINDOW_NAMES = Object.keys(WINDOWS) as readonly WindowName[]; // the table's keys are its names

/**
 * The samples of a window.
 *
 * @param periodic whether it goes on after its last sample with the first, as for spectra; else it is symmetric
 */
export function windowSamples(name: WindowName, length: number, periodic: boolean): number[] {
  if (length === 1) return [1];
  return WINDOWS[name](length, periodic ? length : length - 1);
}
