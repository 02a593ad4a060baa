import type { Tensor } from '@manabi/core';
import { CallbackList } from '../callbacks/callback-list.ts';
import { History } from '../callbacks/history.ts';
import { progbarLogger } from '../callbacks/progbar-logger.ts';
import type { Model } from '../models/model.ts';
import { keyOfPlace, nextSeedPlace } from '../seed.ts';
import type { BatchSource } from './batch.ts';
import { type Logs, logMaker } from './batch-logs.ts';
import { Epochs, nextBatch, noBatches } from './epochs.ts';
import { evaluateBatches } from './evaluate.ts';
import { checkFitOptions, type FitOptions, verbosity } from './fit-options.ts';
import { type FitSources, fitSources } from './fit-sources.ts';
import { type Interruption, watchInterruption } from './interruption.ts';
import { prefixedName } from './log-names.ts';
import type { TrainingArrays } from './named-arrays.ts';
import type { TrainingStream } from './stream-source.ts';
import type { Trainer } from './trainer.ts';
import { watchLoss } from './watch-loss.ts';

/**
 * Trains a model: see `Model.fit`.
 *
 * @throws ManabiError as `Model.fit`
 */
export async function fit(
  model: Model,
  trainer: Trainer,
  x: TrainingArrays | TrainingStream,
  y: TrainingArrays | null,
  options: FitOptions,
): Promise<History> {
  checkFitOptions(options);
  trainer.warnIfFrozenSince();
  const place = model.seed === null ? nextSeedPlace() : trainer.nextSeedPlace(model.seed);
  const end = trainer.begin('fit');
  const interruption = watchInterruption('fit', options.signal, { ctrlC: true });
  try {
    interruption.throwIfAborted();
    const sources = await fitSources(model, x, y, options, place);
    return await train(sources, options, { model, trainer, interruption, key: keyOfPlace(place), watch: watchLoss() });
  } finally {
    end();
    interruption.release();
  }
}

/** What a training is run with. */
interface Setting {
  readonly model: Model;
  readonly trainer: Trainer;
  readonly interruption: Interruption;
  readonly key: Tensor;
  readonly watch: (loss: number, epoch: number) => void;
}

async function train({ training, validation }: FitSources, options: FitOptions, setting: Setting): Promise<History> {
  const { model, trainer, interruption } = setting;
  const { initialEpoch = 0, epochs = 1, stepsPerEpoch = null, validationFreq = 1, validationSteps = null } = options;
  const batches = new Epochs(training, stepsPerEpoch, interruption.signal);
  const verbose = verbosity(options.verbose);
  const history = new History();
  const callbacks = [...(options.callbacks ?? []), ...(verbose === 0 ? [] : [progbarLogger()]), history];
  const list = new CallbackList(callbacks, model, { epochs, steps: batches.steps, verbose });
  const run = { ...setting, list };
  try {
    model.stopTraining = false;
    await list.call((callback) => callback.onTrainBegin?.());
    let logs: Logs = {};
    for (let epoch = initialEpoch; epoch < epochs; epoch++) {
      await list.call((callback) => callback.onEpochBegin?.(epoch));
      logs = await trainEpoch(run, batches, epoch);
      if (validation !== null && !interruption.interrupted && isValidated(epoch, validationFreq)) {
        const validated = await validate(run, validation, validationSteps);
        // Half a validation says little.
        if (!interruption.interrupted) Object.assign(logs, validated);
      }
      await list.call((callback) => callback.onEpochEnd?.(epoch, logs));
      interruption.throwIfAborted();
      if (model.stopTraining || interruption.interrupted) break;
    }
    await trainer.finalize();
    history.interrupted = interruption.interrupted;
    await list.call((callback) => callback.onTrainEnd?.(logs));
    return history;
  } finally {
    await batches.close();
  }
}

interface TrainingRun extends Setting {
  readonly list: CallbackList;
}

/** Trains on the batches of an epoch, and gives its logs. */
async function trainEpoch(run: TrainingRun, epochs: Epochs, epoch: number): Promise<Logs> {
  const { model, trainer, list, interruption, key, watch } = run;
  epochs.begin();
  let upcoming = epochs.next();
  let batch = await nextBatch(upcoming, interruption);
  if (batch === null) {
    if (interruption.interrupted) return {};
    throw noBatches('fit');
  }
  const objective = trainer.prepare('fit', batch);
  const logs = logMaker(objective.names);
  let totals = await trainer.newTotals();
  const read = async (): Promise<readonly number[]> => {
    const values = await trainer.values(totals);
    watch(values[0], epoch);
    return values;
  };
  for (let step = 0; batch !== null; step++) {
    const begun = list.batchBegin('train', step);
    if (begun !== null) await begun;
    trainer.checkLabels('fit', batch);
    const training = trainer.train(totals, batch, key);
    // The next batch is made while this one is computed.
    upcoming = epochs.next();
    upcoming.catch(() => undefined);
    totals = await training;
    const ended = list.batchEnd('train', step, logs, read);
    if (ended !== null) await ended;
    interruption.throwIfAborted();
    if (model.stopTraining || interruption.interrupted) break;
    batch = await nextBatch(upcoming, interruption);
  }
  const values = await read();
  return Object.fromEntries(objective.names.map((name, i) => [name, values[i]]));
}

async function validate(
  { trainer, list, interruption }: TrainingRun,
  validation: BatchSource,
  steps: number | null,
): Promise<Logs> {
  const logs = await evaluateBatches('fit', trainer, validation, { list, interruption, steps });
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [prefixedName('val', name), value]));
}

function isValidated(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === 'number' ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);
}
