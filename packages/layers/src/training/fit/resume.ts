import { ManabiError } from '@manabi/core';
import type { ListenerList } from '../listeners/listener-list.ts';
import type { TrainedModel } from '../listeners/trained-model.ts';
import type { Epochs } from '../pass/epochs.ts';
import type { TrainingProgress } from '../steps/training-state.ts';
import type { FitProgress } from './fit-progress.ts';
import { orderSeed } from './fit-sources.ts';

/** The objects of a training that `resume` sets to the state of a saved training. */
interface Parts {
  readonly batches: Epochs;
  readonly progress: FitProgress;
  readonly list: ListenerList;
}

/**
 * Sets a training that is about to start to the progress of a saved one.
 *
 * @throws ManabiError `argument` if the data has another number of batches than in the saved training, or callbacks are
 * missing
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
      `The resumed training had ${from.steps} steps per epoch; this one has ${steps}. Pass the same data, batchSize and ` +
        'stepsPerEpoch to fit, or start a new training from the weights and the optimizer.',
      { op: 'fit', data: { expected: from.steps, steps } },
    );
  }
  batches.resumeAt(from.data, from.step, orderSeed(from.place));
  progress.resume(from);
  model.stopTraining = from.stopped;
  // In the middle of an epoch, the states of callbacks are restored after the hooks for the start of the epoch.
  if (from.step === 0) await list.setStates(from.callbacks);
}
