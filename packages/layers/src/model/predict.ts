import { fromHost, type HostArray, hostArray, ManabiError, type Tensor } from '@manabi/core';
import { type KindsOf, optional, readOptions, signal } from '@manabi/errors';
import type { Batch } from '../data/batch.ts';
import { checkIndices } from '../data/check-indices.ts';
import { concatenateHost } from '../data/concatenate-host.ts';
import { namingTables } from '../data/index-errors.ts';
import type { TrainingArrays } from '../data/named-arrays.ts';
import { paddingOf } from '../data/padding.ts';
import { batchOf, samplesOf } from '../data/read-data.ts';
import { isStream, streamSource, type TrainingStream } from '../data/stream-source.ts';
import { isList, toList } from '../structure/nested.ts';
import { logMaker } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { ListenerList } from '../training/listeners/listener-list.ts';
import type { PassOptions, TrainedModel, Verbosity } from '../training/listeners/trained-model.ts';
import { noBatches } from '../training/pass/epochs.ts';
import { watchInterruption } from '../training/pass/interruption.ts';
import {
  BATCH_SIZE,
  batchSizeKind,
  callbacksKind,
  stepsKind,
  verbosity,
  verbosityKind,
} from '../training/pass/pass-options.ts';
import { type BatchReader, sampleReader, streamReader } from './batch-reader.ts';
import { type PredictionWeights, predictorOf } from './predictor.ts';

/** Options of `model.predict`. */
export interface PredictOptions extends PassOptions {
  /** What to print, as in `fit`. The default is 0, because predictions often run in loops. */
  readonly verbose?: Verbosity;
  readonly callbacks?: readonly CallbackHooks[];
  /** Signal that stops the prediction, which then rejects with code `aborted`. */
  readonly signal?: AbortSignal;
}

const kinds = {
  batchSize: batchSizeKind,
  steps: stepsKind,
  verbose: optional(verbosityKind, 0),
  callbacks: callbacksKind,
  signal: optional(signal),
} satisfies KindsOf<PredictOptions>;

/**
 * Computes the outputs of samples batch by batch: see `Model.predictAll`.
 *
 * @throws ManabiError as documented at `Model.predictAll`
 */
export async function predict(
  model: TrainedModel,
  x: TrainingArrays | TrainingStream,
  options: PredictOptions,
): Promise<readonly Tensor[]> {
  const { batchSize, steps, callbacks, ...settings } = readOptions('predict', options, kinds);
  const verbose = verbosity(settings.verbose);
  const source = isStream(x)
    ? streamSource('predict', x, (parts) =>
        withIndicesChecked(model, batchOf('predict', model, { ...parts, y: null, sampleWeight: null })),
      )
    : await withIndicesChecked(model, await samplesOf('predict', model, { x, y: null, sampleWeight: null }));
  const interruption = watchInterruption('predict', settings.signal, { ctrlC: false });
  const outputs: HostArray[][] = [];
  let reader: BatchReader | null = null;
  let weights: PredictionWeights | null = null;
  try {
    interruption.throwIfAborted();
    reader =
      'open' in source
        ? streamReader(source, steps, interruption)
        : sampleReader(source, batchSize ?? BATCH_SIZE, steps);
    const params = { epochs: 1, steps: steps ?? reader.batches, verbose };
    const list = new ListenerList(
      [...callbacks, ...(verbose === 0 ? [] : [(await import('../callbacks/progbar-logger.ts')).progbarLogger()])],
      model,
      params,
    );
    await list.call((callback) => callback.onPredictBegin?.());
    let batch = await reader.next();
    if (batch === null) throw noBatches('predict');
    const predictor = predictorOf(model);
    // All batches use the weights at this time, even if training replaces them in the meantime.
    weights = predictor.lease();
    const { values } = weights;
    const padding = paddingOf(reader);
    for (let step = 0; batch !== null; step++) {
      await list.batchBegin('predict', step);
      const inputs = model.inputTypes !== null && isList(model.inputTypes) ? batch.x : batch.x[0];
      const rows = padding(batch);
      const running = namingTables('predict', model, () => predictor.predictWith(values, inputs, rows));
      // Prepares the next batch while the current one is computed.
      const upcoming = Promise.resolve(reader.next());
      upcoming.catch(() => undefined);
      outputs.push(await Promise.all(toList(await running).map(toHost)));
      await list.batchEnd('predict', step, noLogs, noValues);
      interruption.throwIfAborted();
      batch = await upcoming;
    }
    await list.call((callback) => callback.onPredictEnd?.());
  } finally {
    weights?.release();
    interruption.release();
    await reader?.close();
  }
  return outputs[0].map((_, i) => fromHost(concatenateHost(outputs.map((batch) => batch[i]))));
}

async function withIndicesChecked<B extends Batch>(model: TrainedModel, batch: B): Promise<B> {
  await checkIndices('predict', model, batch.x);
  return batch;
}

/**
 * Computes the outputs of samples for a model with one output.
 *
 * @throws ManabiError `argument` for models with several outputs
 */
export async function predictOne(
  model: TrainedModel,
  x: TrainingArrays | TrainingStream,
  options: PredictOptions,
): Promise<Tensor> {
  const outputs = await predict(model, x, options);
  if (outputs.length === 1) return outputs[0];
  throw new ManabiError(
    'argument',
    `'${model.name}' has ${outputs.length} outputs, but predict() returns one. Call model.predictAll(x), which returns a ` +
      `list in the order of model.outputNames: ${model.outputNames.join(', ')}.`,
    { op: 'predict', data: { model: model.name, outputs: outputs.length, names: model.outputNames } },
  );
}

const noLogs = logMaker([]);
const noValues = (): Promise<readonly number[]> => Promise.resolve([]);

/**
 * Reads an output to the host and releases its memory on the backend immediately, since no other code uses the tensor.
 */
async function toHost(tensor: Tensor): Promise<HostArray> {
  const host = hostArray(tensor.dtype, tensor.shape, await tensor.data());
  tensor.dispose();
  return host;
}
