import { ManabiError } from '@manabi/core';
import { arraySource } from '../../data/array-source.ts';
import { toHostData } from '../../data/arrays.ts';
import type { Batch, BatchSource } from '../../data/batch.ts';
import type { TrainingArrays } from '../../data/named-arrays.ts';
import { batchOf, samplesOf } from '../../data/read-data.ts';
import { isStream, streamSource, type TrainingStream } from '../../data/stream-source.ts';
import type { SeedPosition } from '../../variables/seed.ts';
import type { TrainedModel } from '../listeners/trained-model.ts';
import { BATCH_SIZE } from '../pass/pass-options.ts';
import type { Trainer } from '../steps/trainer.ts';
import { type ClassWeight, weightsByClass } from './class-weight.ts';
import { checkedSource } from './evaluate.ts';
import type { FitSettings, ValidationData } from './fit-options.ts';
import { splitForValidation } from './validation-split.ts';

/** Sources of the training and validation batches of `fit`. */
export interface FitSources {
  readonly training: BatchSource;
  readonly validation: BatchSource | null;
}

/**
 * Creates the sources of training and validation batches from the arguments of `fit`. Checks all arrays before the
 * first step, so that errors name samples by their index in the arrays.
 *
 * @throws ManabiError `argument`, `shape`, `data`, `value` or `index` for invalid data
 */
export async function fitSources(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays | TrainingStream,
  y: TrainingArrays | null,
  options: FitSettings,
): Promise<FitSources> {
  const { validationSplit, shuffle, validationData, classWeight, sampleWeight } = options;
  const batchSize = options.batchSize ?? BATCH_SIZE;
  const validationBatchSize = options.validationBatchSize ?? batchSize;
  if (isStream(x)) {
    checkForStream({ y, validationSplit, sampleWeight, batchSize: options.batchSize });
    const training = streamSource('fit', x, (parts) => {
      const batch = batchOf('fit', model, parts);
      return classWeight === null ? batch : withClassWeight(model, batch, classWeight);
    });
    return { training, validation: await validationOf(model, trainer, validationData, validationBatchSize) };
  }
  const samples = await samplesOf('fit', model, { x, y, sampleWeight });
  await trainer.check('fit', samples);
  const separate = await validationOf(model, trainer, validationData, validationBatchSize);
  const split =
    validationSplit !== 0 && separate === null
      ? splitForValidation(samples, validationSplit)
      : { training: samples, validation: null };
  const weighed = classWeight === null ? split.training : await withClassWeight(model, split.training, classWeight);
  return {
    training: arraySource(weighed, { batchSize, shuffle }),
    validation:
      split.validation === null
        ? separate
        : arraySource(split.validation, { batchSize: validationBatchSize, shuffle: false }),
  };
}

async function validationOf(
  model: TrainedModel,
  trainer: Trainer,
  data: ValidationData | null,
  batchSize: number,
): Promise<BatchSource | null> {
  if (data === null) return null;
  if (isStream(data)) return streamSource('fit', data, (parts) => batchOf('fit', model, parts));
  const [x, y = null, sampleWeight = null] = data;
  return checkedSource('fit', model, trainer, { x, y, sampleWeight }, batchSize);
}

/** Returns samples, or a batch, whose sample weights are multiplied by class weights. */
export async function withClassWeight<B extends Batch>(
  model: TrainedModel,
  batch: B,
  classWeight: ClassWeight,
): Promise<B> {
  const [y, ...others] = batch.y;
  if (others.length > 0 || y === null) {
    throw new ManabiError(
      'argument',
      others.length > 0
        ? `\`classWeight\` requires a model with one output; this one has ${model.outputNames.join(', ')}. Pass sampleWeight ` +
            'for each instead.'
        : '`classWeight` requires labels; got none. Pass y.',
      { op: 'fit', data: { name: 'classWeight', outputs: model.outputNames } },
    );
  }
  const [given] = batch.weights;
  const weights = given === null ? null : await toHostData('fit', 'sampleWeight', given);
  return { ...batch, weights: [weightsByClass(classWeight, await toHostData('fit', 'y', y), weights)] };
}

/** Checks the options of `fit` on a dataset. @throws ManabiError `argument` for options that apply to arrays only */
function checkForStream(options: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(options).find((name) => options[name] !== null && options[name] !== 0);
  if (given === undefined) return;
  const instead: Readonly<Record<string, string>> = {
    y: 'Yield elements [x, y].',
    validationSplit: 'Pass validationData: split the dataset with splitDataset() of @manabi/data.',
    sampleWeight: 'Yield elements [x, y, sampleWeight].',
    batchSize: 'Batch the dataset: dataset.batch(32).',
  };
  throw new ManabiError('argument', `\`${given}\` is not supported for datasets. ${instead[given]}`, {
    op: 'fit',
    data: { name: given },
  });
}

/** Returns the seed of the order of samples for a training with the given position in the random numbers. */
export function orderSeed({ seed, count }: SeedPosition): number {
  return (seed + count * 2654435761) % Number.MAX_SAFE_INTEGER;
}
