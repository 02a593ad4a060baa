import type { Tensor } from '@manabi/core';
import type { TrainingArrays } from '../../data/named-arrays.ts';
import type { TrainingStream } from '../../data/stream-source.ts';
import type { Trainable } from '../steps/train-step.ts';
import type { Trainer } from '../steps/trainer.ts';
import type { Logs } from './batch-logs.ts';

/**
 * What to print: 0 for nothing, 1 for a progress bar, 2 for a line per epoch; `'auto'` is 1 on a terminal and 2
 * elsewhere.
 */
export type Verbosity = 'auto' | 0 | 1 | 2;

/** Options of evaluations and predictions. */
export interface PassOptions {
  /** Number of samples per batch; not for datasets (default: 32). */
  readonly batchSize?: number | null;
  /** Number of batches to use; null for all (default: null). */
  readonly steps?: number | null;
  /**
   * What to print: 0 for nothing, 1 for a progress bar, 2 for one line; `'auto'` is 1 on a terminal and 2 elsewhere.
   */
  readonly verbose?: Verbosity;
}

/** A model that callbacks can use and `fit` can train. Every compiled `Model` is one. */
export interface TrainedModel extends Trainable {
  /** Whether to end `fit` after the current batch. */
  stopTraining: boolean;
  /** State of the training: optimizer state, learning rate, progress. */
  readonly trainer: Trainer;
  /** See `Model.predict`. */
  predict(x: TrainingArrays | TrainingStream, options?: PassOptions): Promise<Tensor>;
  /** See `Model.evaluate`. */
  evaluate(x: TrainingArrays, y?: TrainingArrays | null, options?: PassOptions): Promise<Logs>;
  evaluate(x: TrainingStream, options?: PassOptions): Promise<Logs>;
}
