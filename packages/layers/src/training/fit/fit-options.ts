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

/** Validates sample weights only as an option; `fit` checks their shape together with the data. */
export const sampleWeightKind: Kind<TrainingArrays | null> = optional(nullable(anything('arrays of weights')), null);

/** Validation data: arrays with labels and weights, or a dataset of batches. */
export type ValidationData =
  | readonly [x: TrainingArrays, y?: TrainingArrays | null, sampleWeight?: TrainingArrays | null]
  | TrainingStream;

/** Options of `model.fit`, with the names, defaults and rules of Keras. */
export interface FitOptions {
  /** Number of epochs, including those before `initialEpoch` (default: 1). */
  readonly epochs?: number;
  /** Number of samples per batch; not for datasets, whose elements are batches (default: 32). */
  readonly batchSize?: number | null;
  /**
   * What to print: 0 for nothing, 1 for a progress bar, 2 for a line per epoch, `'auto'` for a progress bar on
   * terminals, lines elsewhere, and nothing in pages (default: `'auto'`).
   */
  readonly verbose?: Verbosity;
  readonly callbacks?: readonly CallbackHooks[];
  /**
   * Fraction of the samples to hold out for validation after each epoch: the last ones, before shuffling. Not for
   * datasets.
   */
  readonly validationSplit?: number;
  /** Data for validation after each epoch. */
  readonly validationData?: ValidationData | null;
  /** Number of epochs between validations, or a list of epochs to validate after, counted from 1 (default: 1). */
  readonly validationFreq?: number | readonly number[];
  /** Number of samples per validation batch (default: `batchSize`). */
  readonly validationBatchSize?: number | null;
  /** Number of batches per validation; null for all (default: null). */
  readonly validationSteps?: number | null;
  /** Whether to shuffle the samples in each epoch; datasets keep their order (default: true). */
  readonly shuffle?: boolean;
  /** Weight of each class, such as `{ 0: 1, 1: 5 }`. For models with one output. */
  readonly classWeight?: ClassWeight | null;
  /**
   * Weight of each sample, [n], or of each timestep, [n, steps]. In datasets, sample weights are the third array of a
   * batch.
   */
  readonly sampleWeight?: TrainingArrays | null;
  /** First epoch to train, counted from 0 (default: 0). */
  readonly initialEpoch?: number;
  /**
   * Number of batches per epoch (default: one pass over the data). The next epoch continues with the batch after the
   * last one.
   */
  readonly stepsPerEpoch?: number | null;
  /**
   * Signal that stops the training: `fit` rejects with code `aborted`, and the weights are those after the last step.
   */
  readonly signal?: AbortSignal;
}

const isValidationData = (given: unknown): given is ValidationData =>
  Array.isArray(given) ? given.length > 0 && given.length <= 3 : isStream(given);

const validationDataKind: Kind<ValidationData> = {
  expected: '[x, y], [x, y, sampleWeight] or a dataset of batches',
  accepts: isValidationData,
  read: (given, place) => {
    if (isValidationData(given)) return given;
    const hint = isIterator(given) ? 'Pass the function that creates it: validationData: () => batches().' : '';
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

/** Options that users may pass to `fit` although they belong elsewhere, with advice for the error message. */
const MISPLACED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['optimizer', 'loss', 'metrics'].map((name) => [name, 'Pass it to compile().'])),
  ...Object.fromEntries(
    ['lr', 'learningRate', 'learning_rate'].map((name) => [
      name,
      'Pass it to the optimizer: compile({ optimizer: adam({ learningRate: 0.01 }) }).',
    ]),
  ),
};

/** Options of `fit` with defaults filled in. */
export type FitSettings = OptionValues<typeof kinds>;

/** Checks the options of `fit` and fills in defaults. @throws ManabiError `argument` for unknown or invalid options */
export function readFitOptions(options: FitOptions): FitSettings {
  return readOptions('fit', options, kinds, { hints: MISPLACED });
}
