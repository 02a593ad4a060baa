import { type KindsOf, nullable, optional, readOptions } from '@manabi/errors';
import type { Model } from '../model/model.ts';
import type { Logs } from './batch-logs.ts';
import { type ClassWeight, classWeightKind } from './class-weight.ts';
import { sampleWeightKind } from './fit-options.ts';
import { withClassWeight } from './fit-sources.ts';
import type { TrainingArrays } from './named-arrays.ts';
import type { Totals } from './objective.ts';
import { batchOf } from './read-data.ts';
import type { Trainer } from './trainer.ts';

/** What `model.trainOnBatch` takes beside the data. */
export interface TrainOnBatchOptions {
  /** As of `fit`. */
  readonly sampleWeight?: TrainingArrays | null;
  /** As of `fit`. */
  readonly classWeight?: ClassWeight | null;
}

/** What `model.testOnBatch` takes beside the data. */
export type TestOnBatchOptions = Omit<TrainOnBatchOptions, 'classWeight'>;

const trainKinds = {
  sampleWeight: sampleWeightKind,
  classWeight: optional(nullable(classWeightKind), null),
} satisfies KindsOf<TrainOnBatchOptions>;

const testKinds = { sampleWeight: sampleWeightKind } satisfies KindsOf<TestOnBatchOptions>;

/** One training step: see `Model.trainOnBatch`. */
export async function trainOnBatch(
  model: Model,
  trainer: Trainer,
  x: TrainingArrays,
  y: TrainingArrays | null,
  options: TrainOnBatchOptions,
): Promise<Logs> {
  const { sampleWeight, classWeight } = readOptions('trainOnBatch', options, trainKinds);
  trainer.checkLayers('trainOnBatch');
  const given = batchOf('trainOnBatch', model, { x, y, sampleWeight });
  const batch = classWeight === null ? given : await withClassWeight(model, given, classWeight);
  const objective = trainer.prepare('trainOnBatch', batch);
  await trainer.check('trainOnBatch', batch);
  return logsOf(trainer, objective.names, await trainer.train(await trainer.newTotals(), batch, trainer.batchKey()));
}

/** One step of an evaluation: see `Model.testOnBatch`. */
export async function testOnBatch(
  model: Model,
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
  return logsOf(trainer, objective.names, await trainer.test(await trainer.newTotals(), batch));
}

async function logsOf(trainer: Trainer, names: readonly string[], totals: Totals): Promise<Logs> {
  const values = await trainer.values(totals);
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}
