import {
  anyOf,
  anything,
  boolean,
  count,
  decay,
  type Kind,
  type KindsOf,
  listOf,
  nullable,
  type OptionValues,
  optional,
  positiveInteger,
  readOptions,
  signal,
  wrongArgument,
} from '@manabi/errors';
import { isIterator } from '../../data/iterators.ts';
import type { TrainingArrays } from '../../data/named-arrays.ts';
import { isStream, type TrainingStream } from '../../data/stream-source.ts';
import type { CallbackHooks } from '../listeners/listener.ts';
import type { Verbosity } from '../listeners/trained-model.ts';
import { batchSizeKind, callbacksKind, stepsKind, verbosityKind } from '../pass/pass-options.ts';
import { type ClassWeight, classWeightKind } from './class-weight.ts';

/** Arrays of weights, which are checked with the data. */
export const sampleWeightKind: Kind<TrainingArrays | null> = optional(nullable(anything('arrays of weights')), null);

/** Arrays to validate on, with labels and weights, or a data set of batches. */
export type ValidationData =
  | readonly [x: TrainingArrays, y?: TrainingArrays | null, sampleWeight?: TrainingArrays | null]
  | TrainingStream;

/** What `model.fit` takes beside the data. Names, defaults and rules are Keras's. */
export interface FitOptions {
  /** Number of the last epoch; by default 1. */
  readonly epochs?: number;
  /** Samples in a batch; by default 32. Not for data sets, whose elements are batches. */
  readonly batchSize?: number | null;
  /** 0 silent, 1 a progress bar, 2 a line for each epoch; `'auto'`, the default, a bar in a terminal and lines elsewhere. */
  readonly verbose?: Verbosity;
  readonly callbacks?: readonly CallbackHooks[];
  /** The last part of the samples, before any shuffle, to validate on after each epoch. Not for data sets. */
  readonly validationSplit?: number;
  /** What to validate on after each epoch. */
  readonly validationData?: ValidationData | null;
  /** Validate after every so many epochs, by default 1, or after the epochs listed, counted from 1. */
  readonly validationFreq?: number | readonly number[];
  /** By default `batchSize`. */
  readonly validationBatchSize?: number | null;
  /** Batches of a validation; by default all. */
  readonly validationSteps?: number | null;
  /** Whether samples come in a new order in each epoch; by default yes. Data sets keep theirs. */
  readonly shuffle?: boolean;
  /** How much the samples of each class count: `{ 0: 1, 1: 5 }`. For models with one output. */
  readonly classWeight?: ClassWeight | null;
  /** How much each sample counts, [n], or each place of one, [n, steps]. In data sets, the third part of a batch. */
  readonly sampleWeight?: TrainingArrays | null;
  /** The epoch to start with; by default 0. */
  readonly initialEpoch?: number;
  /** Batches of an epoch; the next one goes on where the last ended. By default a pass over the data. */
  readonly stepsPerEpoch?: number | null;
  /** Stops the training: `fit` then rejects with the code `aborted`, and the weights are those of the last step. */
  readonly signal?: AbortSignal;
}

const isValidationData = (given: unknown): given is ValidationData =>
  Array.isArray(given) ? given.length > 0 && given.length <= 3 : isStream(given);

const validationDataKind: Kind<ValidationData> = {
  expected: '[x, y], [x, y, sampleWeight] or a dataset of batches',
  accepts: isValidationData,
  read: (given, place) => {
    if (isValidationData(given)) return given;
    const hint = isIterator(given) ? 'Pass the function that makes it: validationData: () => batches().' : '';
    throw wrongArgument(place, validationDataKind.expected, given, hint);
  },
};

const kinds = {
  epochs: optional(count, 1),
  batchSize: batchSizeKind,
  verbose: optional(verbosityKind, 'auto'),
  callbacks: callbacksKind,
  validationSplit: optional(decay, 0),
  validationData: optional(nullable(validationDataKind), null),
  validationFreq: optional(anyOf(positiveInteger, listOf(positiveInteger)), 1),
  validationBatchSize: batchSizeKind,
  validationSteps: stepsKind,
  shuffle: optional(boolean, true),
  classWeight: optional(nullable(classWeightKind), null),
  sampleWeight: sampleWeightKind,
  initialEpoch: optional(count, 0),
  stepsPerEpoch: stepsKind,
  signal: optional(signal),
} satisfies KindsOf<FitOptions>;

/** Options that belong elsewhere, and where. */
const MISPLACED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['optimizer', 'loss', 'metrics'].map((name) => [name, 'It is an option of compile().'])),
  ...Object.fromEntries(
    ['lr', 'learningRate', 'learning_rate'].map((name) => [
      name,
      'It is an option of the optimizer: compile({ optimizer: adam({ learningRate: 0.01 }) }).',
    ]),
  ),
};

/** The options of `fit`, with their defaults. */
export type FitSettings = OptionValues<typeof kinds>;

/** @throws ManabiError `argument` for misspelled options and for values that make no sense */
export function readFitOptions(options: FitOptions): FitSettings {
  return readOptions('fit', options, kinds, { hints: MISPLACED });
}
