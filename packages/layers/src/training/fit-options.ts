import type { CallbackHooks } from '../callbacks/callback.ts';
import { isTerminal } from '../callbacks/terminal.ts';
import { checkOptions } from '../check-options.ts';
import type { ClassWeight } from './class-weight.ts';
import { checkCount } from './compile.ts';
import type { TrainingArrays } from './named-arrays.ts';
import type { TrainingStream } from './stream-source.ts';

/** How much is printed; `'auto'` is 1 in a terminal and 2 elsewhere. */
export type Verbosity = 'auto' | 0 | 1 | 2;

/** What `verbose` comes to here. */
export function verbosity(verbose: Verbosity = 'auto'): 0 | 1 | 2 {
  if (verbose !== 'auto') return verbose;
  return isTerminal() ? 1 : 2;
}

/** Arrays to validate on, with labels and weights, or a data set of batches. */
export type ValidationData =
  | readonly [x: TrainingArrays, y?: TrainingArrays | null, sampleWeight?: TrainingArrays | null]
  | TrainingStream;

/** What `model.fit` takes beside the data. Names, defaults and rules are Keras's. */
export interface FitOptions {
  /** Number of the last epoch; by default 1. */
  readonly epochs?: number;
  /** Samples in a batch; by default 32. Not for data sets, whose elements are batches. */
  readonly batchSize?: number;
  /** 0 silent, 1 a progress bar, 2 a line for each epoch; `'auto'`, the default, a bar in a terminal and lines elsewhere. */
  readonly verbose?: Verbosity;
  readonly callbacks?: readonly CallbackHooks[];
  /** The last part of the samples, before any shuffle, to validate on after each epoch. Not for data sets. */
  readonly validationSplit?: number;
  /** What to validate on after each epoch. */
  readonly validationData?: ValidationData;
  /** Validate after every so many epochs, by default 1, or after the epochs listed, counted from 1. */
  readonly validationFreq?: number | readonly number[];
  /** By default `batchSize`. */
  readonly validationBatchSize?: number;
  /** Batches of a validation; by default all. */
  readonly validationSteps?: number;
  /** Whether samples come in a new order in each epoch; by default yes. Data sets keep theirs. */
  readonly shuffle?: boolean;
  /** How much the samples of each class count: `{ 0: 1, 1: 5 }`. For models with one output. */
  readonly classWeight?: ClassWeight;
  /** How much each sample counts, [n], or each place of one, [n, steps]. In data sets, the third part of a batch. */
  readonly sampleWeight?: TrainingArrays;
  /** The epoch to start with; by default 0. */
  readonly initialEpoch?: number;
  /** Batches of an epoch; the next one goes on where the last ended. By default a pass over the data. */
  readonly stepsPerEpoch?: number;
  /** Stops the training: `fit` then rejects with the code `aborted`, and the weights are those of the last step. */
  readonly signal?: AbortSignal;
}

const KNOWN: { readonly [K in keyof Required<FitOptions>]: true } = {
  epochs: true,
  batchSize: true,
  verbose: true,
  callbacks: true,
  validationSplit: true,
  validationData: true,
  validationFreq: true,
  validationBatchSize: true,
  validationSteps: true,
  shuffle: true,
  classWeight: true,
  sampleWeight: true,
  initialEpoch: true,
  stepsPerEpoch: true,
  signal: true,
};

/** @throws ManabiError `argument` for misspelled options and for numbers that make no sense */
export function checkFitOptions(options: FitOptions): void {
  checkOptions('fit', options, KNOWN);
  const { epochs = 1, initialEpoch = 0, batchSize = 32, validationBatchSize = batchSize } = options;
  const { stepsPerEpoch = 1, validationSteps = 1, validationFreq = 1 } = options;
  checkCount('fit', { epochs, initialEpoch }, 0);
  checkCount('fit', { batchSize, validationBatchSize, stepsPerEpoch, validationSteps }, 1);
  if (typeof validationFreq === 'number') checkCount('fit', { validationFreq }, 1);
}
