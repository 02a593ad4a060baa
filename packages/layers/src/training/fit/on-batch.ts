import { tree } from '@manabi/core';
import { type KindsOf, nullable, optional, readOptions } from '@manabi/errors';
import type { TrainingArrays } from '../../data/named-arrays.ts';
import { batchOf } from '../../data/read-data.ts';
import type { Logs } from '../listeners/batch-logs.ts';
import type { TrainedModel } from '../listeners/trained-model.ts';
import type { Totals } from '../objective/objective.ts';
import type { StepGradients } from '../objective/step-gradients.ts';
import { refuseQuantized } from '../steps/refuse-quantized.ts';
import type { Trainer } from '../steps/trainer.ts';
import { type ClassWeight, classWeightKind } from './class-weight.ts';
import { sampleWeightKind } from './fit-options.ts';
import { withClassWeight } from './fit-sources.ts';

/** Options of `model.trainOnBatch`. */
export interface TrainOnBatchOptions {
  /** Sample weights, as in `fit`. */
  readonly sampleWeight?: TrainingArrays | null;
  /** Class weights, as in `fit`. */
  readonly classWeight?: ClassWeight | null;
}

/** Options of `model.testOnBatch`. */
export type TestOnBatchOptions = Omit<TrainOnBatchOptions, 'classWeight'>;

const trainKinds = {
  sampleWeight: sampleWeightKind,
  classWeight: optional(nullable(classWeightKind), null),
} satisfies KindsOf<TrainOnBatchOptions>;

const testKinds = { sampleWeight: sampleWeightKind } satisfies KindsOf<TestOnBatchOptions>;

/** Runs one training step: see `Model.trainOnBatch`. */
export async function trainOnBatch(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays,
  y: TrainingArrays | null,
  options: TrainOnBatchOptions,
): Promise<Logs> {
  const { sampleWeight, classWeight } = readOptions('trainOnBatch', options, trainKinds);
  refuseQuantized('trainOnBatch', model);
  trainer.checkLayers('trainOnBatch');
  const given = batchOf('trainOnBatch', model, { x, y, sampleWeight });
  const batch = classWeight === null ? given : await withClassWeight(model, given, classWeight);
  const objective = trainer.prepare('trainOnBatch', batch);
  await trainer.check('trainOnBatch', batch);
  return logsOf(
    trainer,
    objective.trainNames,
    await trainer.train(await trainer.newTotals('train'), batch, trainer.batchKey()),
  );
}

/** Evaluates one batch: see `Model.testOnBatch`. */
export async function testOnBatch(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays,
  y: TrainingArrays | null,
  options: TestOnBatchOptions,
): Promise<Logs> {
  const { sampleWeight } = readOptions('testOnBatch', options, testKinds);
  trainer.checkLayers('testOnBatch');
  const batch = batchOf('testOnBatch', model, { x, y, sampleWeight });
  const objective = trainer.prepare('testOnBatch', batch);
  await trainer.check('testOnBatch', batch);
  return logsOf(trainer, objective.names, await trainer.test(await trainer.newTotals('test'), batch));
}

async function logsOf(trainer: Trainer, names: readonly string[], totals: Totals): Promise<Logs> {
  const values = await trainer.values(totals);
  // Otherwise, they would keep their memory until garbage collection.
  for (const sum of tree.leaves(totals)) sum.dispose();
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** Options of `model.gradients`. */
export type GradientsOptions = TestOnBatchOptions;

/** Computes the loss of a batch and its gradients with respect to the weights: see `Model.gradients`. */
export async function gradientsOfBatch(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays,
  y: TrainingArrays | null,
  options: GradientsOptions,
): Promise<StepGradients> {
  const { sampleWeight } = readOptions('gradients', options, testKinds);
  refuseQuantized('gradients', model);
  trainer.checkLayers('gradients');
  const batch = batchOf('gradients', model, { x, y, sampleWeight });
  trainer.prepare('gradients', batch);
  await trainer.check('gradients', batch);
  return trainer.gradients(batch);
}
