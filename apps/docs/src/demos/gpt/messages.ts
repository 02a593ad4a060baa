/** What the reader enters. */
export type GptInput =
  /** A text to learn; the first input. Training starts again. */
  | { readonly kind: 'text'; readonly text: string }
  /** How the network writes: the beginning of the text, and how daring it is. */
  | { readonly kind: 'writing'; readonly prompt: string; readonly temperature: number }
  /** Writes a new text now, even while training waits. */
  | { readonly kind: 'write' };

/** What the network shows. */
export interface GptOutput {
  /** Steps of training so far. */
  readonly step: number;
  /** Mean losses since the last report; empty if nothing was trained. */
  readonly losses: readonly { readonly step: number; readonly training: number; readonly validation: number | null }[];
  /** The text that the network is writing, without the prompt. */
  readonly sample: string;
  /** The step at which the network began to write it. */
  readonly sampleStep: number;
  readonly vocabulary: number;
  readonly parameters: number;
  /** Characters that it trains on per second. */
  readonly speed: number;
  /** Characters of the prompt that do not occur in the text, which the network ignores. */
  readonly unknown: string;
}
