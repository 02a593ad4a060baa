import type { DigitPixels, Progress } from '../digits/messages.ts';

/** Filters of the first layer, and weights per side of each. */
export const FILTERS = 8;
export const KERNEL = 5;
/** Filters of the second layer. */
export const SECOND = 16;

/** The digit whose maps are shown; null for none. */
export type Input = { readonly digit: DigitPixels | null };

/** Images of one layer, row by row, all of the same width. */
export interface Maps {
  readonly width: number;
  readonly images: readonly Float32Array[];
}

/** The network after some steps. */
export interface Output extends Progress {
  /** The weights of each filter of the first layer. */
  readonly filters: Maps;
  /** What both convolutions make of the digit; null without a digit. */
  readonly maps: readonly Maps[] | null;
  /** Probability of each digit from 0 to 9; null without a digit. */
  readonly probabilities: readonly number[] | null;
  /** In the first report: a test digit of each kind, and the filters before the first step. */
  readonly start: { readonly samples: readonly DigitPixels[]; readonly filters: Maps } | null;
}
