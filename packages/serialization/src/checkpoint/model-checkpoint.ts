import { ManabiError } from '@manabi/core';
import {
  anyOf,
  boolean,
  type KindsOf,
  kind,
  name,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  readOptions,
  withMethods,
} from '@manabi/errors';
import { makeFolder } from '@manabi/files';
import {
  type BatchLogs,
  Callback,
  type CallbackHooks,
  type CallbackState,
  type Logs,
  type Model,
  Monitor,
  type MonitorMode,
  readLogs,
  StateReader,
} from '@manabi/layers';
import { saveModel } from '../keras/index.ts';
import { type Destination, destinationName, type WritableStore } from '../stores/index.ts';
import { saveWeights } from '../weights/index.ts';
import { saveFreqKind } from './backup-and-restore.ts';
import { checkTemplate, fillTemplate } from './path-template.ts';

/** What `modelCheckpoint` takes. */
export interface ModelCheckpointOptions {
  /**
   * Where the model goes: a path, with places for the epoch (from 1), the batch and the logs, `{epoch:02d}`,
   * `{valLoss:.2f}`, whose folders are made; or a store. It ends in `.keras`, or with `saveWeightsOnly` in `.weights.h5`,
   * `.safetensors` or `.npz`.
   */
  readonly filepath: string | WritableStore;
  /** What decides which model is the best; by default `valLoss`. */
  readonly monitor?: string;
  /** 1 says when it saves; by default 0. */
  readonly verbose?: 0 | 1;
  /** Whether only a model that is better than all before is saved; by default no. */
  readonly saveBestOnly?: boolean;
  /** Whether the weights are saved without the model; by default no. */
  readonly saveWeightsOnly?: boolean;
  /** Whether smaller or larger values of `monitor` are better; by default `auto`, as the metric says. */
  readonly mode?: MonitorMode;
  /** Saves after each epoch, by default, or after every so many batches. */
  readonly saveFreq?: 'epoch' | number;
  /** The best value so far, for a training that goes on. */
  readonly initialValueThreshold?: number | null;
}

const kinds = {
  filepath: anyOf(name, withMethods<WritableStore>('write')),
  monitor: optional(name),
  verbose: optional(
    kind('0 or 1', (given): given is 0 | 1 => given === 0 || given === 1),
    0,
  ),
  saveBestOnly: optional(boolean, false),
  saveWeightsOnly: optional(boolean, false),
  mode: optional(oneOf('auto', 'min', 'max')),
  saveFreq: optional(saveFreqKind, 'epoch'),
  initialValueThreshold: optional(nullable(number()), null),
} satisfies KindsOf<ModelCheckpointOptions>;

const WEIGHTS = ['.weights.h5', '.safetensors', '.npz'];

class ModelCheckpoint extends Callback<Model> {
  readonly stateName = 'modelCheckpoint';
  readonly #filepath: string | WritableStore;
  readonly #monitor: Monitor;
  readonly #verbose: number;
  readonly #bestOnly: boolean;
  readonly #weightsOnly: boolean;
  readonly #everyBatches: number | null;
  #best: number | null;
  #epoch = 0;
  #sinceSaved = 0;

  constructor(options: OptionValues<typeof kinds>) {
    super();
    const { filepath, monitor, mode, verbose, saveBestOnly, saveWeightsOnly, saveFreq } = options;
    const name = destinationName(filepath);
    if (typeof filepath === 'string') checkTemplate('modelCheckpoint', filepath);
    const endings = saveWeightsOnly ? WEIGHTS : ['.keras'];
    if (!endings.some((ending) => name.toLowerCase().endsWith(ending))) throw otherEnding(name, endings);
    this.#filepath = filepath;
    this.#monitor = new Monitor('modelCheckpoint', { monitor, mode });
    this.#verbose = verbose;
    this.#bestOnly = saveBestOnly;
    this.#weightsOnly = saveWeightsOnly;
    this.#everyBatches = saveFreq === 'epoch' ? null : saveFreq;
    this.#best = options.initialValueThreshold;
  }

  getState(): CallbackState {
    return { best: this.#best, sinceSaved: this.#sinceSaved };
  }

  setState(state: CallbackState): void {
    const reader = new StateReader(this.stateName, state);
    this.#best = reader.numberOrNull('best');
    this.#sinceSaved = reader.count('sinceSaved');
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> | undefined {
    if (this.#everyBatches === null) return undefined;
    this.#sinceSaved++;
    if (this.#sinceSaved < this.#everyBatches) return undefined;
    this.#sinceSaved = 0;
    return readLogs(logs).then((values) => this.#save(values, { epoch: this.#epoch + 1, batch: batch + 1 }));
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (this.#everyBatches === null) await this.#save(logs, { epoch: epoch + 1 });
  }

  async #save(logs: Logs, place: Logs): Promise<void> {
    if (this.#bestOnly && !this.#isBest(logs)) return;
    const destination = await this.#destination({ ...logs, ...place });
    if (this.#weightsOnly) await saveWeights(this.model, destination);
    else await saveModel(this.model, destination);
    if (this.#verbose > 0) console.log(`Epoch ${place.epoch}: saved as ${destinationName(destination)}.`);
  }

  #isBest(logs: Logs): boolean {
    const current = this.#monitor.valueIn(logs);
    if (current === null || !this.#monitor.isImprovement(this.model, current, this.#best)) return false;
    this.#best = current;
    return true;
  }

  async #destination(values: Logs): Promise<Destination> {
    if (typeof this.#filepath !== 'string') return this.#filepath;
    const path = fillTemplate('modelCheckpoint', this.#filepath, values);
    const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    if (end > 0) await makeFolder(path.slice(0, end));
    return path;
  }
}

function otherEnding(name: string, endings: readonly string[]): ManabiError {
  return new ManabiError(
    'argument',
    `modelCheckpoint saves into files that end in ${endings.join(', ')}, and '${name}' does not. With saveWeightsOnly it ` +
      `takes ${WEIGHTS.join(', ')}, without it .keras.`,
    { op: 'modelCheckpoint', data: { filepath: name, endings } },
  );
}

/**
 * Saves the model, or its weights, while it is trained: after each epoch or every so many batches, or only when it has
 * become better, as Keras's callback does. Each save is atomic. For a training that goes on where it stopped, take
 * `backupAndRestore`.
 *
 * @throws ManabiError `argument` for another ending, a place in the path that is no number's, or options that make no
 * sense
 * @throws FileError (in the training) if the file cannot be written
 * @example
 * ```ts
 * await model.fit(x, y, {
 *   epochs: 20,
 *   validationSplit: 0.1,
 *   callbacks: [modelCheckpoint({ filepath: 'best.keras', saveBestOnly: true })],
 * });
 * ```
 */
export function modelCheckpoint(options: ModelCheckpointOptions): CallbackHooks {
  return new ModelCheckpoint(readOptions('modelCheckpoint', options, kinds));
}
