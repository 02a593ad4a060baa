import type { Tensor } from '@manabi/core';
import { anything, boolean, count, type KindsOf, kind, listOf, nullable, objectOf, recordOf } from '@manabi/errors';
import type { OptimizerState } from '@manabi/optimizers';
import { tensorKind } from '../../structure/check-tensor.ts';
import { typeKind } from '../../structure/type-kind.ts';
import { type SeedPosition, seedPositionKind } from '../../variables/seed.ts';
import type { Logs } from '../listeners/batch-logs.ts';
import type { CallbackState, StateValue } from '../listeners/state-reader.ts';
import type { DataPosition } from '../pass/epochs.ts';

type Weights = Readonly<Record<string, Tensor>>;

/** State of a compiled model between steps, besides its weights. Further steps depend only on this state and the weights. */
export interface TrainerState {
  /** State of the optimizer; null before the first step, unless it was requested. */
  readonly optimizer: OptimizerState<Weights> | null;
  /** Sums of gradients that wait for their update, with gradient accumulation. */
  readonly gradients: Weights | null;
  /** Number of batches that wait for their update. */
  readonly pending: number;
  /** Moving averages of the weights, with `useEma`. */
  readonly average: Weights | null;
  /** Whether the model holds the averages, and `average` the weights. */
  readonly averagesInUse: boolean;
  /** Number of trainings, for a model with a seed. */
  readonly trainings: number;
  /** Position of `trainOnBatch` in the stream of random numbers; null before its first call. */
  readonly batchPlace: SeedPosition | null;
  /** Position in the program's stream of random numbers. */
  readonly stream: SeedPosition;
}

/** Progress of a training between two steps. Together with the weights and `TrainerState`, it allows the training to resume. */
export interface TrainingProgress {
  /** Epoch that starts next, or continues. */
  readonly epoch: number;
  /** Number of completed batches of this epoch. */
  readonly step: number;
  /** Number of steps per epoch; null if unknown. */
  readonly steps: number | null;
  /** Whether a callback has requested the end of the training. */
  readonly stopped: boolean;
  /** Position in the stream of random numbers, which determines dropout and the order of samples. */
  readonly place: SeedPosition;
  /** Position of the next batch in the data. */
  readonly data: DataPosition;
  /** Number of completed validations. */
  readonly validations: number;
  /** Sums of losses and metrics in the current epoch; empty before its first batch. */
  readonly totals: readonly Tensor[];
  /** Types of the labels, in the order of the outputs; null for outputs without labels. */
  readonly labels: readonly (Pick<Tensor, 'dtype' | 'shape'> | null)[];
  /** Logs of the last completed epoch. */
  readonly logs: Logs;
  /** States of callbacks by name, including that of the history. */
  readonly callbacks: Readonly<Record<string, CallbackState>>;
}

/** The members of a running training that the trainer uses. */
export interface RunningTraining {
  /** Reads state between two steps: see `Trainer.whenSettled`. */
  whenSettled<T>(read: () => Promise<T>): Promise<T>;
  /** Returns the progress of the training. */
  snapshot(): Promise<TrainingProgress>;
  /** Runs reads that wait for a save point when no further one will occur. */
  serveWaiting(): Promise<void>;
}

const weightsKind = recordOf(tensorKind);

/** Accepts optimizer states. */
export const optimizerStateKind = objectOf({
  step: tensorKind,
  learningRate: nullable(tensorKind),
  slots: recordOf(weightsKind),
} satisfies KindsOf<OptimizerState<Weights>>);

/** Accepts trainer states. */
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

/** Accepts training progress. Callbacks check their own states. */
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
