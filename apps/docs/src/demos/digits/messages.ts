/** Pixels per side of the images of MNIST. */
export const SIDE = 28;

/** The networks that the reader can choose. */
export const networkNames = ['convolutional', 'dense'] as const;
export type NetworkName = (typeof networkNames)[number];

/** A digit: SIDE rows of SIDE pixels, 0 for the background and 255 for ink. */
export type DigitPixels = Uint8Array;

export type Input =
  | { readonly type: 'network'; readonly network: NetworkName }
  /** The digit whose probabilities are shown; null for none. */
  | { readonly type: 'digit'; readonly pixels: DigitPixels | null };

/** How far a training is. */
export interface Progress {
  readonly step: number;
  /** Loss of the last batch. */
  readonly loss: number;
  /** Part of the test digits that the network recognizes. */
  readonly accuracy: number;
}

/** The network after some steps. */
export interface Output extends Progress {
  /** Probability of each digit from 0 to 9; null without a digit. */
  readonly probabilities: readonly number[] | null;
  /** A test digit of each kind, in the first report; null in later ones. */
  readonly samples: readonly DigitPixels[] | null;
}
