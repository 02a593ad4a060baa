import type { Tensor } from '@manabi/core';
import {
  anything,
  boolean,
  count,
  type KindsOf,
  kind,
  listOf,
  nullable,
  objectOf,
  optional,
  recordOf,
} from '@manabi/errors';
import type { LossScale, OptimizerState } from '@manabi/optimizers';
import { tensorKind } from '../../structure/check-tensor.ts';
import { typeKind } from '../../structure/type-kind.ts';
import { type SeedPosition, seedPositionKind } from '../../variables/seed.ts';
import type { Logs } from '../listeners/batch-logs.ts';
import type { CallbackState, StateValue } from '../listeners/state-reader.ts';
import type { DataPosition } from '../pass/epochs.ts';

type Weights = Readonly<Record<string, Tensor>>;

/**
 * State of a compiled model between two steps, besides its weights. All further steps depend only on this state and the
 * weights.
 */
export interface TrainerState {
  /** State of the optimizer; null if no step has created it yet. */
  readonly optimizer: OptimizerState<Weights> | null;
  /** With gradient accumulation, sums of the gradients that were not applied yet. */
  readonly gradients: Weights | null;
  /** With gradient accumulation, number of batches whose gradients were not applied yet. */
  readonly pending: number;
  /** With `useEma`, moving averages of the weights. */
  readonly average: Weights | null;
  /** Whether the model currently has the moving averages as weights; `average` then contains the trained weights. */
  readonly averagesInUse: boolean;
  /** For a model with a seed, number of trainings so far. */
  readonly trainings: number;
  /** Position of `trainOnBatch` in the random numbers; null before its first call. */
  readonly batchPlace: SeedPosition | null;
  /** Position in the random numbers of the program. */
  readonly stream: SeedPosition;
}

/** Progress of a training between two steps. Together with the weights and `TrainerState`, it allows the training to resume. */
export interface TrainingProgress {
  /** Index of the epoch that starts next or is continued. */
  readonly epoch: number;
  /** Number of completed batches of this epoch. */
  readonly step: number;
  /** Number of steps per epoch; null if unknown. */
  readonly steps: number | null;
  /** Whether a callback has set `model.stopTraining`. */
  readonly stopped: boolean;
  /** Position in the random numbers, which determines dropout and the order of samples. */
  readonly place: SeedPosition;
  /** Position of the next batch in the data. */
  readonly data: DataPosition;
  /** Number of completed validations. */
  readonly validations: number;
  /** Sums of losses and metrics in the current epoch; empty before its first batch. */
  readonly totals: readonly Tensor[];
  /** Shapes and dtypes of the labels, in the order of the outputs; null for outputs without labels. */
  readonly labels: readonly (Pick<Tensor, 'dtype' | 'shape'> | null)[];
  /** Logs of the last completed epoch. */
  readonly logs: Logs;
  /** States of callbacks by name, including the history. */
  readonly callbacks: Readonly<Record<string, CallbackState>>;
}

/** The methods of a running training that its trainer calls. */
export interface RunningTraining {
  /** Runs a function between two steps: see `Trainer.whenSettled`. */
  whenSettled<T>(read: () => Promise<T>): Promise<T>;
  /** Returns the progress of the training. */
  snapshot(): Promise<TrainingProgress>;
  /** Runs the calls of `whenSettled` that still wait, because no further step will end. */
  serveWaiting(): Promise<void>;
}

const weightsKind = recordOf(tensorKind);

/** Validates the state of an optimizer. */
export const optimizerStateKind = objectOf({
  step: tensorKind,
  learningRate: nullable(tensorKind),
  slots: recordOf(weightsKind),
  lossScale: optional(objectOf({ dynamicScale: tensorKind, stepCounter: tensorKind } satisfies KindsOf<LossScale>)),
} satisfies KindsOf<OptimizerState<Weights>>);

/** Validates the state of a trainer. */
export const trainerStateKind = objectOf({
  optimizer: nullable(optimizerStateKind),
  gradients: nullable(weightsKind),
  pending: count,
  average: nullable(weightsKind),
  averagesInUse: boolean,
  trainings: count,
  batchPlace: nullable(seedPositionKind),
  stream: seedPositionKind,
} satisfies KindsOf<TrainerState>);

/** Validates the progress of a training. Callbacks validate their own states. */
export const progressKind = objectOf({
  epoch: count,
  step: count,
  steps: nullable(count),
  stopped: boolean,
  place: seedPositionKind,
  data: objectOf({ pass: count, batches: count } satisfies KindsOf<DataPosition>),
  validations: count,
  totals: listOf(tensorKind),
  labels: listOf(nullable(typeKind)),
  logs: recordOf(kind('a number', (given): given is number => typeof given === 'number')),
  callbacks: recordOf(recordOf(anything<StateValue>())),
} satisfies KindsOf<TrainingProgress>);
