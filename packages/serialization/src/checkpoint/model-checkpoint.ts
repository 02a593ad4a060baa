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

/** Options of `modelCheckpoint`. */
export interface ModelCheckpointOptions {
  /**
   * Destination of the model: a path, or a store. A path may contain placeholders for the epoch (from 1), the batch and the
   * logs, such as `{epoch:02d}` and `{valLoss:.2f}`; its missing folders are created. It must end with `.keras`, or with
   * `.weights.h5`, `.safetensors` or `.npz` if `saveWeightsOnly` is set.
   */
  readonly filepath: string | WritableStore;
  /** Name of the metric that decides which model is the best (default `valLoss`). */
  readonly monitor?: string;
  /** Verbosity: 1 prints a message for each save (default 0). */
  readonly verbose?: 0 | 1;
  /** Whether to save a model only if its value of `monitor` is the best so far (default false). */
  readonly saveBestOnly?: boolean;
  /** Whether to save only the weights (default false). */
  readonly saveWeightsOnly?: boolean;
  /** Whether smaller or larger values of `monitor` are better (default `auto`: as the metric defines it). */
  readonly mode?: MonitorMode;
  /** When to save: after each epoch (default), or after this number of batches. */
  readonly saveFreq?: 'epoch' | number;
  /**
   * Initial best value for `saveBestOnly`: a model is saved only if its value of `monitor` is better. To continue an
   * earlier training, pass its best value (default: none).
   */
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

  async #save(logs: Logs, counters: Logs): Promise<void> {
    if (this.#bestOnly && !this.#isBest(logs)) return;
    const destination = await this.#destination({ ...logs, ...counters });
    if (this.#weightsOnly) await saveWeights(this.model, destination);
    else await saveModel(this.model, destination);
    if (this.#verbose > 0) console.log(`Epoch ${counters.epoch}: saved ${destinationName(destination)}.`);
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
    `\`filepath\` must end with ${endings.join(', ')}; got '${name}'. Whole models are saved as .keras; with ` +
      `\`saveWeightsOnly\`, weights are saved as ${WEIGHTS.join(', ')}.`,
    { op: 'modelCheckpoint', data: { filepath: name, endings } },
  );
}

/**
 * Creates a callback that saves the model or its weights during training: after each epoch, after a number of batches, or
 * only when the model has improved, like Keras's callback. Each save is atomic. To continue an interrupted training, use
 * `backupAndRestore`.
 *
 * @throws ManabiError `argument` for an unsupported extension, an invalid placeholder in the path, or invalid options
 * @throws FileError (during training) if the file cannot be written
 * @example
 * ```ts node-only
 * import { callbacks, layers, loadModel, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const saving = callbacks.modelCheckpoint({ filepath: 'best.keras', monitor: 'loss', saveBestOnly: true });
 * const [x, y] = [tensor([[0, 1], [1, 0]]), tensor([[1], [0]])];
 * await model.fit(x, y, { epochs: 2, verbose: 0, callbacks: [saving] });
 * const best = await loadModel('best.keras');
 * console.log(best.countParams()); // 3
 * ```
 */
export function modelCheckpoint(options: ModelCheckpointOptions): CallbackHooks {
  return new ModelCheckpoint(readOptions('modelCheckpoint', options, kinds));
}
