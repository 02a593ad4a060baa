import type { HostArray, Model } from 'manabi';

/** Samples and labels: x `[samples, …]`, y `[samples]` of class indices or `[samples, …]` of targets. */
export interface Samples {
  readonly x: HostArray;
  readonly y: HostArray;
}

/** Data to train and test with. */
export interface TrainingData {
  readonly train: Samples;
  readonly test: Samples;
}

/** A network that `manabi train` trains by name, with its data and settings. */
export interface Recipe {
  /** Description in one line. */
  readonly summary: string;
  /** The data: handwritten digits from the source of `--data`, or built-in samples. */
  readonly data: 'digits' | TrainingData;
  readonly epochs: number;
  readonly batchSize: number;
  /** Fraction of the training samples held out for validation; 0 for none. */
  readonly validationSplit: number;
  /** Creates the compiled network, with accuracy among its metrics. */
  readonly build: () => Model;
}
