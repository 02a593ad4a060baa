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

/** What a compiled model remembers between steps, beside its weights: with them, all that further steps depend on. */
export interface TrainerState {
  /** Null before the first step, if nobody asked. */
  readonly optimizer: OptimizerState<Weights> | null;
  /** Sums of gradients that wait for their update, where several batches make one. */
  readonly gradients: Weights | null;
  /** Batches that wait for their update. */
  readonly pending: number;
  /** Moving averages of the weights, with `useEma`. */
  readonly average: Weights | null;
  /** Whether the averages stand in the model, and the weights in `average`. */
  readonly averagesInUse: boolean;
  /** Trainings of a model with a seed of its own. */
  readonly trainings: number;
  /** Where `trainOnBatch` takes its random numbers from; null before the first. */
  readonly batchPlace: SeedPosition | null;
  /** Where the program's stream of random numbers stands. */
  readonly stream: SeedPosition;
}

/** Where a training stands between two steps: with the weights and `TrainerState`, all that it needs to go on. */
export interface TrainingProgress {
  /** The epoch that comes next, or goes on. */
  readonly epoch: number;
  /** How many of its batches are done. */
  readonly step: number;
  /** Steps of an epoch; null if it is unknown. */
  readonly steps: number | null;
  /** Whether a callback wants it to end. */
  readonly stopped: boolean;
  /** Where it takes its random numbers and the order of samples from. */
  readonly place: SeedPosition;
  /** Which batch comes next. */
  readonly data: DataPosition;
  /** Validations that are done. */
  readonly validations: number;
  /** Sums of losses and metrics in the present epoch; none before its first batch. */
  readonly totals: readonly Tensor[];
  /** Types of the labels, in the order of the outputs; null for those without. */
  readonly labels: readonly (Pick<Tensor, 'dtype' | 'shape'> | null)[];
  /** Logs of the last epoch that ended. */
  readonly logs: Logs;
  /** What callbacks remember, by their names; the history is one of them. */
  readonly callbacks: Readonly<Record<string, CallbackState>>;
}

/** A training that runs, for whoever asks where it stands. */
export interface RunningTraining {
  /** Reads something between two steps: see `Trainer.whenSettled`. */
  whenSettled<T>(read: () => Promise<T>): Promise<T>;
  /** Where it stands. */
  snapshot(): Promise<TrainingProgress>;
  /** Reads for those who wait for the next save point, when none comes any more. */
  serveWaiting(): Promise<void>;
}

const weightsKind = recordOf(tensorKind);

/** The kind of states of optimizers. */
export const optimizerStateKind = objectOf({
  step: tensorKind,
  learningRate: nullable(tensorKind),
  slots: recordOf(weightsKind),
} satisfies KindsOf<OptimizerState<Weights>>);

/** The kind of states of trainers. */
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

/** The kind of places in a training. What callbacks remember, they check themselves. */
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
