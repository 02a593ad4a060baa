import { ManabiError } from '@manabi/core';
import type { ListenerList } from '../listeners/listener-list.ts';
import type { TrainedModel } from '../listeners/trained-model.ts';
import type { Epochs } from '../pass/epochs.ts';
import type { TrainingProgress } from '../steps/training-state.ts';
import type { FitProgress } from './fit-progress.ts';
import { orderSeed } from './fit-sources.ts';

/** The parts of a training that know where it stands. */
interface Parts {
  readonly batches: Epochs;
  readonly progress: FitProgress;
  readonly list: ListenerList;
}

/**
 * Takes a training that begins to where another one stood.
 *
 * @throws ManabiError `argument` if the data have another number of batches, or callbacks are missing
 */
export async function resume(
  model: TrainedModel,
  from: TrainingProgress,
  { batches, progress, list }: Parts,
): Promise<void> {
  const { steps } = batches;
  if (steps !== null && from.steps !== null && steps !== from.steps) {
    throw new ManabiError(
      'argument',
      `The training that is resumed had ${from.steps} steps in an epoch, and this one has ${steps}. Give fit the same data, ` +
        'batchSize and stepsPerEpoch; or restore the weights and the optimizer alone, and train anew.',
      { op: 'fit', data: { expected: from.steps, steps } },
    );
  }
  batches.resumeAt(from.data, from.step, orderSeed(from.place));
  progress.resume(from);
  model.stopTraining = from.stopped;
  // Within an epoch, once the hooks of its beginning were called.
  if (from.step === 0) await list.setStates(from.callbacks);
}
