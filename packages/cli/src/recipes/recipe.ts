import type { HostArray, Model } from 'manabi';

/** Samples and what they are: x `[samples, …]`, y `[samples]` of class numbers or `[samples, …]` of targets. */
export interface Samples {
  readonly x: HostArray;
  readonly y: HostArray;
}

/** What a network learns from, and what it is tested with. */
export interface TrainingData {
  readonly train: Samples;
  readonly test: Samples;
}

/** A network that can be trained by name: what it is, what it learns, and how. */
export interface Recipe {
  /** In a line, for lists. */
  readonly summary: string;
  /** What it learns: handwritten digits, from wherever `--data` says, or a few samples of its own. */
  readonly data: 'digits' | TrainingData;
  readonly epochs: number;
  readonly batchSize: number;
  /** The part of the training samples that is held out to validate on after each epoch; 0 for none. */
  readonly validationSplit: number;
  /** Makes the network, compiled, with an accuracy among its metrics. */
  readonly build: () => Model;
}
