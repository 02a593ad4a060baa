import type { TextName } from './texts.ts';

/** The text to learn from. */
export type Input = { readonly text: TextName };

/** The embedding after some steps. */
export interface Output {
  readonly text: TextName;
  readonly step: number;
  readonly loss: number;
  readonly words: readonly string[];
  /** Two coordinates of each word. */
  readonly positions: Float32Array;
  /** For reviews, the probability that a review of this word alone is positive; null for other texts. */
  readonly positive: Float32Array | null;
}
