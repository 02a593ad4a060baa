import type { Tensor } from '@manabi/core';
import type { TrainingArrays } from '../../data/named-arrays.ts';
import type { TrainingStream } from '../../data/stream-source.ts';
import type { Trainable } from '../steps/train-step.ts';
import type { Trainer } from '../steps/trainer.ts';
import type { Logs } from './batch-logs.ts';

/** How much is printed; `'auto'` is 1 in a terminal and 2 elsewhere. */
export type Verbosity = 'auto' | 0 | 1 | 2;

/** What evaluations and predictions have in common. */
export interface PassOptions {
  /** Samples in a batch; by default 32. Not for data sets. */
  readonly batchSize?: number | null;
  /** Number of batches; by default all. */
  readonly steps?: number | null;
  /** 0 silent, 1 a progress bar, 2 a line; `'auto'` a bar in a terminal and a line elsewhere. */
  readonly verbose?: Verbosity;
}

/** What callbacks are told of, and what `fit` trains: a network with a trainer. Every compiled `Model` is one. */
export interface TrainedModel extends Trainable {
  /** Ends `fit` after the present batch, once it is true. */
  stopTraining: boolean;
  /** The state of the optimizer, the learning rate, the place in the training. */
  readonly trainer: Trainer;
  /** See `Model.predict`. */
  predict(x: TrainingArrays | TrainingStream, options?: PassOptions): Promise<Tensor>;
  /** See `Model.evaluate`. */
  evaluate(x: TrainingArrays, y?: TrainingArrays | null, options?: PassOptions): Promise<Logs>;
  evaluate(x: TrainingStream, options?: PassOptions): Promise<Logs>;
}
