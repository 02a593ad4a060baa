/**
 * Training and evaluation code in a single file. `Model` imports it on first use, so that pages that only predict do
 * not download it.
 */
import { progbarLogger } from '../callbacks/progbar-logger.ts';
import type { TrainingArrays } from '../data/named-arrays.ts';
import type { TrainingStream } from '../data/stream-source.ts';
import { type EvaluateOptions, evaluate as evaluateModel } from '../training/fit/evaluate.ts';
import { fit as fitModel } from '../training/fit/fit.ts';
import type { FitOptions } from '../training/fit/fit-options.ts';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { History } from '../training/listeners/history.ts';
import type { TrainedModel } from '../training/listeners/trained-model.ts';
import type { Trainer } from '../training/steps/trainer.ts';
import type { SeedPosition } from '../variables/seed.ts';

export { gradientsOfBatch, testOnBatch, trainOnBatch } from '../training/fit/on-batch.ts';
export { Trainer } from '../training/steps/trainer.ts';

/** Trains a model and prints its progress: see `Model.fit`. */
export function fit(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays | TrainingStream,
  y: TrainingArrays | null,
  options: FitOptions,
  position: SeedPosition | null,
): Promise<History> {
  return fitModel(model, trainer, x, y, options, { logger: progbarLogger, position });
}

/** Evaluates a model and prints its progress: see `Model.evaluate`. */
export function evaluate(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays | TrainingStream,
  y: TrainingArrays | null,
  options: EvaluateOptions,
): Promise<Logs> {
  return evaluateModel(model, trainer, x, y, options, progbarLogger);
}
