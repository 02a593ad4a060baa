import type { HostArray, Model } from 'manabi';

/** Samples `x`, `[samples, …]`, and labels `y`: class indices `[samples]`, or targets `[samples, …]`. */
export interface Samples {
  readonly x: HostArray;
  readonly y: HostArray;
}

/** Samples to train with, and samples to test with. */
export interface TrainingData {
  readonly train: Samples;
  readonly test: Samples;
}

/** A network that `manabi train` trains by name, with its data and settings. */
export interface Recipe {
  /** `digits` for handwritten digits from the source that `--data` names; otherwise built-in samples. */
  readonly data: 'digits' | TrainingData;
  readonly epochs: number;
  readonly batchSize: number;
  /** Fraction of the training samples held out for validation; 0 for none. */
  readonly validationSplit: number;
  /** Creates the network, compiled with accuracy as a metric. */
  readonly build: () => Model;
}
