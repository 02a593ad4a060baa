import type { Model } from '@manabi/layers';
import type { Hdf5Dataset } from '../../hdf5/open.ts';
import { numberedDatasets } from '../weights/numbered-datasets.ts';
import { restoreOptimizer } from '../weights/read-optimizer.ts';
import { groupIn } from '../weights/read-weights.ts';
import type { WeightsSource } from '../weights/weights-source.ts';
import { OTHER_STATE_IN_KERAS_2 } from './keras-2-classes.ts';

/**
 * Restores the state of an optimizer of Keras 2.11 or later, which does not store the learning rate. The state of Adafactor and
 * Nadam has other variables than in Keras 3, and is not read.
 *
 * @throws FileError `corrupt` for arrays that do not fit
 */
export async function restoreOptimizerOfKeras2(
  source: string,
  datasets: readonly Hdf5Dataset[],
  model: Model,
): Promise<void> {
  const { optimizer, emaMomentum } = model.compilation;
  const { className, config } = optimizer;
  if (OTHER_STATE_IN_KERAS_2.has(className)) return;
  // In Keras 2, SGD without momentum has momentums too, which are zero and follow the other variables.
  const isPlain = className === 'SGD' && config.momentum === 0;
  const count = 1 + (emaMomentum === null ? 0 : model.trainableWeights.length);
  await restoreOptimizer(source, isPlain ? datasets.slice(0, count) : datasets, model, false);
}

/**
 * Reads the state of an optimizer from a `.keras` file of Keras 2.
 *
 * @throws FileError `corrupt` for arrays that do not fit
 */
export async function readOptimizerOfKeras2({ name, root }: WeightsSource, model: Model): Promise<void> {
  const group = await groupIn(root, ['optimizer', 'vars']);
  if (group !== undefined) await restoreOptimizerOfKeras2(name, await numberedDatasets(group), model);
}
