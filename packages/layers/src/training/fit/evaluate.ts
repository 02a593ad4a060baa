import { type KindsOf, optional, readOptions, signal } from '@manabi/errors';
import { arraySource } from '../../data/array-source.ts';
import type { BatchSource } from '../../data/batch.ts';
import type { TrainingArrays } from '../../data/named-arrays.ts';
import { paddingOf } from '../../data/padding.ts';
import { batchOf, samplesOf } from '../../data/read-data.ts';
import { type BatchParts, isStream, streamSource, type TrainingStream } from '../../data/stream-source.ts';
import { type Logs, logMaker } from '../listeners/batch-logs.ts';
import type { CallbackHooks } from '../listeners/listener.ts';
import { ListenerList } from '../listeners/listener-list.ts';
import type { PassOptions, TrainedModel } from '../listeners/trained-model.ts';
import { Epochs, nextBatch, noBatches } from '../pass/epochs.ts';
import { type Interruption, watchInterruption } from '../pass/interruption.ts';
import { BATCH_SIZE, batchSizeKind, callbacksKind, stepsKind, verbosity, verbosityKind } from '../pass/pass-options.ts';
import type { Trainer } from '../steps/trainer.ts';
import { sampleWeightKind } from './fit-options.ts';

/** Options of `model.evaluate`. */
export interface EvaluateOptions extends PassOptions {
  /** Sample weights, as in `fit`. */
  readonly sampleWeight?: TrainingArrays | null;
  readonly callbacks?: readonly CallbackHooks[];
  /** Signal that stops the evaluation, which then rejects with code `aborted`. */
  readonly signal?: AbortSignal;
}

const kinds = {
  batchSize: batchSizeKind,
  verbose: optional(verbosityKind, 'auto'),
  sampleWeight: sampleWeightKind,
  steps: stepsKind,
  callbacks: callbacksKind,
  signal: optional(signal),
} satisfies KindsOf<EvaluateOptions>;

/**
 * Evaluates a model: see `Model.evaluate`.
 *
 * @param logger creates the callback that prints progress, unless `verbose` is 0
 * @throws ManabiError as documented at `Model.evaluate`
 */
export async function evaluate(
  model: TrainedModel,
  trainer: Trainer,
  x: TrainingArrays | TrainingStream,
  y: TrainingArrays | null,
  options: EvaluateOptions,
  logger: () => CallbackHooks,
): Promise<Logs> {
  const { batchSize, sampleWeight, steps, callbacks, ...settings } = readOptions('evaluate', options, kinds);
  trainer.checkLayers('evaluate');
  const source = isStream(x)
    ? streamSource('evaluate', x, (parts) => batchOf('evaluate', model, parts))
    : await checkedSource('evaluate', model, trainer, { x, y, sampleWeight }, batchSize ?? BATCH_SIZE);
  const verbose = verbosity(settings.verbose);
  const params = { epochs: 1, steps: steps ?? source.batches, verbose };
  const list = new ListenerList([...callbacks, ...(verbose === 0 ? [] : [logger()])], model, params);
  const interruption = watchInterruption('evaluate', settings.signal, { ctrlC: false });
  try {
    interruption.throwIfAborted();
    return await evaluateBatches('evaluate', trainer, source, { list, interruption, steps });
  } finally {
    interruption.release();
  }
}

/**
 * Creates a source of batches from arrays for an evaluation, without shuffling. All arrays are checked before the first
 * batch, so that errors name samples by their index in the arrays.
 *
 * @throws ManabiError as documented at `samplesOf` and `Trainer.check`
 */
export async function checkedSource(
  op: string,
  model: TrainedModel,
  trainer: Trainer,
  parts: BatchParts,
  batchSize: number,
): Promise<BatchSource> {
  const samples = await samplesOf(op, model, parts);
  await trainer.check(op, samples);
  return arraySource(samples, { batchSize, shuffle: false });
}

/** Settings of an evaluation of batches. */
export interface EvaluationRun {
  readonly list: ListenerList;
  readonly interruption: Interruption;
  /** Number of batches; null for all. */
  readonly steps: number | null;
  /** Number of earlier evaluations on the same data in this training, which determines the order of a shuffling dataset (default: 0). */
  readonly pass?: number;
}

/** Evaluates batches with the weights at the time of the call, and calls the hooks of callbacks. */
export async function evaluateBatches(
  op: string,
  trainer: Trainer,
  source: BatchSource,
  run: EvaluationRun,
): Promise<Logs> {
  const { list, interruption, steps, pass = 0 } = run;
  const epochs = new Epochs(source, steps, interruption.signal);
  epochs.resumeAt({ pass, batches: 0 }, 0);
  let releaseWeights = (): void => {};
  try {
    await list.call((callback) => callback.onTestBegin?.());
    epochs.begin();
    let batch = await nextBatch(epochs.next(), interruption);
    if (batch === null) {
      if (interruption.interrupted) return {};
      throw noBatches(op);
    }
    const objective = trainer.prepare(op, batch);
    const logs = logMaker(objective.names);
    let totals = await trainer.newTotals('test');
    const read = (): Promise<readonly number[]> => trainer.values(totals);
    const { values: weights, release } = trainer.leaseValues();
    releaseWeights = release;
    const padding = paddingOf(source);
    for (let step = 0; batch !== null && !interruption.interrupted; step++) {
      const begun = list.batchBegin('test', step);
      if (begun !== null) await begun;
      const checking = trainer.check(op, batch);
      if (checking !== null) await checking;
      const testing = trainer.test(totals, batch, weights, padding(batch));
      const upcoming = epochs.next();
      upcoming.catch(() => undefined);
      totals = await testing;
      const ended = list.batchEnd('test', step, logs, read);
      if (ended !== null) await ended;
      interruption.throwIfAborted();
      batch = await nextBatch(upcoming, interruption);
    }
    const values = await read();
    const result = Object.fromEntries(objective.names.map((name, i) => [name, values[i]]));
    await list.call((callback) => callback.onTestEnd?.(result));
    return result;
  } finally {
    releaseWeights();
    await epochs.close();
  }
}
