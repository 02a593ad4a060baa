import type { BatchSource } from '../../data/batch.ts';
import type { TrainingArrays } from '../../data/named-arrays.ts';
import type { TrainingStream } from '../../data/stream-source.ts';
import { keyAt, nextSeedPosition, type SeedPosition } from '../../variables/seed.ts';
import type { Logs } from '../listeners/batch-logs.ts';
import { History } from '../listeners/history.ts';
import type { CallbackHooks } from '../listeners/listener.ts';
import { ListenerList } from '../listeners/listener-list.ts';
import { prefixedName } from '../listeners/log-names.ts';
import type { TrainedModel } from '../listeners/trained-model.ts';
import { Epochs } from '../pass/epochs.ts';
import { watchInterruption } from '../pass/interruption.ts';
import { verbosity } from '../pass/pass-options.ts';
import { refuseQuantized } from '../steps/refuse-quantized.ts';
import type { Trainer } from '../steps/trainer.ts';
import type { TrainingProgress } from '../steps/training-state.ts';
import { evaluateBatches } from './evaluate.ts';
import { type FitOptions, type FitSettings, readFitOptions } from './fit-options.ts';
import { FitProgress } from './fit-progress.ts';
import { type FitSources, fitSources, orderSeed } from './fit-sources.ts';
import { resume } from './resume.ts';
import { type TrainingRun, trainEpoch } from './train-epoch.ts';
import { watchLoss } from './watch-loss.ts';

/** Arguments of `fit` that the model passes in addition to those of the user. */
export interface FitSetting {
  /** Creates the callback that prints progress, unless `verbose` is 0. */
  readonly logger: () => CallbackHooks;
  /** Position in the program's random numbers at which this training starts; null for the current position. */
  readonly position: SeedPosition | null;
}

/**
 * Trains a model: see `Model.fit`.
 *
 * @throws ManabiError as documented at `Model.fit`
 */
export async function fit(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays | TrainingStream,
  y: TrainingArrays | null,
  given: FitOptions,
  { logger, position: drawn }: FitSetting,
): Promise<History> {
  const options = readFitOptions(given);
  refuseQuantized('fit', model);
  trainer.checkLayers('fit');
  trainer.warnIfFrozenSince();
  const position = trainer.resumption?.place ?? drawn ?? positionFor(model, trainer);
  const end = trainer.begin('fit');
  const interruption = watchInterruption('fit', options.signal, { ctrlC: true });
  try {
    interruption.throwIfAborted();
    const sources = await fitSources(model, trainer, x, y, options);
    return await train(sources, options, { model, trainer, interruption, position, logger, watch: watchLoss() });
  } finally {
    end();
    interruption.release();
  }
}

/** Returns the position in the random numbers for a new training. */
function positionFor(model: TrainedModel, trainer: Trainer): SeedPosition {
  return model.seed === null ? nextSeedPosition() : trainer.nextSeedPosition(model.seed);
}

/** The objects and settings of a training that its hooks and steps use. */
type Setting = Pick<TrainingRun, 'model' | 'trainer' | 'interruption' | 'watch'> &
  Pick<FitSetting, 'logger'> & { readonly position: SeedPosition };

async function train({ training, validation }: FitSources, options: FitSettings, setting: Setting): Promise<History> {
  const { model, trainer, interruption, position, logger } = setting;
  const { initialEpoch, epochs, stepsPerEpoch, validationFreq, validationSteps } = options;
  const batches = new Epochs(training, stepsPerEpoch, interruption.signal, orderSeed(position));
  const verbose = verbosity(options.verbose);
  const history = new History();
  const callbacks = [...options.callbacks, ...(verbose === 0 ? [] : [logger()]), history];
  const list = new ListenerList(callbacks, model, { epochs, steps: batches.steps, verbose });
  const progress = new FitProgress(initialEpoch, position, batches, list, () => model.stopTraining);
  trainer.setProgress(progress);
  try {
    model.stopTraining = false;
    await list.call((callback) => callback.onTrainBegin?.());
    const resumed = trainer.takeResumption();
    if (resumed !== null) await resume(model, resumed, { batches, progress, list });
    const run: TrainingRun = { ...setting, list, progress, key: keyAt(progress.place) };
    let begun = resumed !== null && resumed.step > 0 ? resumed : null;
    let isOver = begun === null && resumed?.stopped === true;
    // The hooks for the start of a continued epoch are called even after Ctrl-C, because they precede the restoring of
    // callbacks' states.
    while (progress.epoch < epochs && !isOver && (begun !== null || !interruption.interrupted)) {
      const { epoch } = progress;
      await beginEpoch(run, epoch, begun);
      const logs = await trainEpoch(run, batches, begun?.totals ?? null);
      begun = null;
      if (logs !== null && validation !== null && isValidated(epoch, validationFreq)) {
        Object.assign(logs, await validate(run, validation, validationSteps));
      }
      // Hooks cannot distinguish the logs of an interrupted epoch from those of a complete one, so they are not called.
      if (logs === null || interruption.interrupted) break;
      await list.call((callback) => callback.onEpochEnd?.(epoch, logs));
      interruption.throwIfAborted();
      isOver = model.stopTraining;
      const { step } = progress;
      progress.epochDone(logs);
      await progress.savePoint({ epoch, step, epochEnded: true, interrupted: false });
    }
    if (interruption.interrupted && progress.epoch < epochs && !isOver) {
      const { epoch, step } = progress;
      await progress.savePoint({ epoch, step, epochEnded: false, interrupted: true });
    }
    await trainer.finalize();
    history.interrupted = interruption.interrupted;
    trainer.setProgress(null);
    await list.call((callback) => callback.onTrainEnd?.(progress.logs));
    return history;
  } catch (error) {
    await list.call((callback) => callback.onTrainError?.(error)).catch(() => undefined);
    throw error;
  } finally {
    await batches.close();
  }
}

/**
 * Calls the hooks for the start of an epoch. If the epoch is continued from a saved training, weights and state that
 * the hooks change are set back afterwards.
 */
async function beginEpoch(run: TrainingRun, epoch: number, begun: TrainingProgress | null): Promise<void> {
  const { model, trainer, list } = run;
  const kept = begun === null ? null : { values: model.values(), state: trainer.state() };
  await list.call((callback) => callback.onEpochBegin?.(epoch));
  if (begun === null || kept === null) return;
  model.assign(kept.values);
  trainer.setState(kept.state);
  await list.setStates(begun.callbacks);
}

async function validate(
  { trainer, list, interruption, progress }: TrainingRun,
  validation: BatchSource,
  steps: number | null,
): Promise<Logs> {
  const pass = progress.validations;
  const logs = await evaluateBatches('fit', trainer, validation, { list, interruption, steps, pass });
  if (!interruption.interrupted) progress.validations++;
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [prefixedName('val', name), value]));
}

function isValidated(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === 'number' ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);
}
