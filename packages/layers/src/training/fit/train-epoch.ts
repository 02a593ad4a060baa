import type { Tensor } from '@manabi/core';
import { type Logs, logMaker } from '../listeners/batch-logs.ts';
import type { ListenerList } from '../listeners/listener-list.ts';
import type { TrainedModel } from '../listeners/trained-model.ts';
import { type Epochs, nextBatch, noBatches } from '../pass/epochs.ts';
import type { Interruption } from '../pass/interruption.ts';
import type { Trainer } from '../steps/trainer.ts';
import type { FitProgress } from './fit-progress.ts';

/** The objects and settings of a running training. */
export interface TrainingRun {
  readonly model: TrainedModel;
  readonly trainer: Trainer;
  readonly list: ListenerList;
  readonly progress: FitProgress;
  readonly interruption: Interruption;
  readonly key: Tensor;
  readonly watch: (loss: number, epoch: number) => void;
}

/**
 * Trains on the batches of an epoch; if the epoch is continued from a saved training, on the remaining batches. Returns
 * the logs of the epoch; null if it was interrupted.
 *
 * @param begun sums of losses and metrics over the earlier batches of a continued epoch; null for a new epoch
 */
export async function trainEpoch(
  run: TrainingRun,
  epochs: Epochs,
  begun: readonly Tensor[] | null,
): Promise<Logs | null> {
  const { model, trainer, list, progress, interruption, key, watch } = run;
  const { epoch } = progress;
  epochs.begin();
  const isOver = begun !== null && model.stopTraining;
  let upcoming = isOver ? Promise.resolve(null) : epochs.next();
  let batch = await nextBatch(upcoming, interruption);
  if (batch === null && interruption.interrupted) return null;
  if (batch === null && begun === null) throw noBatches('fit');
  if (batch !== null) progress.labels = batch.y.map((labels) => labels && { dtype: labels.dtype, shape: labels.shape });
  const objective = trainer.prepare('fit', { y: progress.labels });
  const logs = logMaker(objective.trainNames);
  let totals = begun === null ? await trainer.newTotals('train') : trainer.totalsFrom(begun);
  const read = async (): Promise<readonly number[]> => {
    const values = await trainer.values(totals);
    watch(values[0], epoch);
    return values;
  };
  for (let step = progress.step; batch !== null; step++) {
    const { position } = epochs;
    const begins = list.batchBegin('train', step);
    if (begins !== null) await begins;
    const checking = trainer.check('fit', batch);
    if (checking !== null) await checking;
    const training = trainer.train(totals, batch, key);
    // Prepares the next batch while the current one is computed.
    upcoming = epochs.next();
    upcoming.catch(() => undefined);
    totals = await training;
    const ends = list.batchEnd('train', step, logs, read);
    if (ends !== null) await ends;
    progress.batchDone(totals, position);
    const saving = progress.savePoint({ epoch, step: step + 1, epochEnded: false, interrupted: false });
    if (saving !== null) await saving;
    interruption.throwIfAborted();
    if (model.stopTraining || interruption.interrupted) break;
    batch = await nextBatch(upcoming, interruption);
  }
  if (interruption.interrupted) return null;
  const values = await read();
  return Object.fromEntries(objective.trainNames.map((name, i) => [name, values[i]]));
}
