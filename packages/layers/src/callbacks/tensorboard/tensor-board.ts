import {
  anyOf,
  type KindsOf,
  name,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
  readOptions,
} from '@manabi/errors';
import { type BatchLogs, type Logs, readLogs } from '../../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../../training/listeners/listener.ts';
import { type CallbackState, StateReader } from '../../training/listeners/state-reader.ts';
import { Callback } from '../callback.ts';
import { type LogFiles, logFilesKind } from '../log-files.ts';
import { concatenate, fileVersionRecord, type ScalarEvent, scalarRecord } from './events.ts';

/** Options of `tensorBoard`. */
export interface TensorBoardOptions {
  /** Log folder; use one folder per run to compare runs, such as `logs/run-3` (default: `logs`). */
  readonly logDir?: string;
  /**
   * When to write: `epoch` for each epoch; a number for each epoch and after every that many batches; `batch` is the
   * same as 1 (default: `epoch`).
   */
  readonly updateFreq?: 'epoch' | 'batch' | number;
  /** Where to write the files (default: Node's file system). */
  readonly files?: LogFiles;
}

/** A file of TensorBoard events, created when the first event is written. */
class EventFile {
  readonly #files: LogFiles;
  readonly #folder: string;
  #path: string | null = null;

  constructor(files: LogFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  async write(events: readonly ScalarEvent[]): Promise<void> {
    if (events.length === 0) return;
    const records = events.map(scalarRecord);
    if (this.#path === null) {
      const { wallTime } = events[0];
      this.#path = `${this.#folder}/${fileName(wallTime)}`;
      records.unshift(fileVersionRecord(wallTime));
    }
    await this.#files.append(this.#path, concatenate(records));
  }
}

let filesMade = 0;

/**
 * Returns a file name as TensorFlow chooses it: TensorBoard reads files in the order of their names, which start with
 * the time.
 */
function fileName(wallTime: number): string {
  const id = typeof process === 'object' ? process.pid : 0;
  const seconds = String(Math.floor(wallTime)).padStart(10, '0');
  return `events.out.tfevents.${seconds}.manabi.${id}.${filesMade++}.v2`;
}

const kinds = {
  logDir: optional(name, 'logs'),
  updateFreq: optional(anyOf(oneOf('epoch', 'batch'), positiveInteger), 'epoch'),
  files: logFilesKind,
} satisfies KindsOf<TensorBoardOptions>;

class TensorBoard extends Callback {
  readonly #everyBatches: number | null;
  readonly #training: EventFile;
  readonly #validation: EventFile;
  #batches = 0;
  readonly stateName = 'tensorBoard';

  constructor({ logDir, updateFreq, files }: OptionValues<typeof kinds>) {
    super();
    this.#everyBatches = updateFreq === 'epoch' ? null : updateFreq === 'batch' ? 1 : updateFreq;
    this.#training = new EventFile(files, `${logDir}/train`);
    this.#validation = new EventFile(files, `${logDir}/validation`);
  }

  getState(): CallbackState {
    return { batches: this.#batches };
  }

  setState(state: CallbackState): void {
    this.#batches = new StateReader(this.stateName, state).number('batches');
  }

  onTrainBegin(): void {
    this.#batches = 0;
  }

  onTrainBatchEnd(_batch: number, logs: BatchLogs): Promise<void> | undefined {
    this.#batches++;
    if (this.#everyBatches === null || this.#batches % this.#everyBatches !== 0) return undefined;
    return readLogs(logs).then((values) => this.#training.write(eventsOf('batch', values, this.#batches)));
  }

  async onTestEnd(logs: Logs): Promise<void> {
    const step = await this.model.trainer.iterations();
    const events = eventsOf('evaluation', logs, step).map((event) => ({ ...event, tag: `${event.tag}_vs_iterations` }));
    await this.#validation.write(events);
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const learningRate = await this.model.trainer.learningRate();
    const isValidation = (name: string): boolean => /^val[A-Z]/.test(name);
    const training = Object.entries(logs).filter(([name]) => !isValidation(name));
    const validation = Object.entries(logs)
      .filter(([name]) => isValidation(name))
      .map(([name, value]) => [`${name.charAt(3).toLowerCase()}${name.slice(4)}`, value]);
    await this.#training.write(eventsOf('epoch', { ...Object.fromEntries(training), learningRate }, epoch));
    await this.#validation.write(eventsOf('epoch', Object.fromEntries(validation), epoch));
  }
}

function eventsOf(prefix: string, logs: Logs, step: number): ScalarEvent[] {
  const wallTime = Date.now() / 1000;
  return Object.entries(logs).map(([name, value]) => ({ tag: `${prefix}_${name}`, value, step, wallTime }));
}

/**
 * Creates a callback that writes losses, metrics and the learning rate for TensorBoard: `tensorboard --logdir logs`. As in
 * Keras, tags are `epoch_loss`, `epoch_accuracy` and so on in the folders `train` and `validation`, `batch_loss` for
 * batches, and `evaluation_loss_vs_iterations` for evaluations.
 *
 * @throws ManabiError `argument` for invalid options; during training, `file` if a file cannot be written
 * @example
 * ```ts node-only
 * import { readdir } from 'node:fs/promises';
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const x = tensor([[1], [2]]);
 * const board = callbacks.tensorBoard({ logDir: 'logs/run-1' }); // then: tensorboard --logdir logs
 * await model.fit(x, x, { verbose: 0, validationData: [x, x], callbacks: [board] });
 * console.log(await readdir('logs/run-1')); // ['train', 'validation']
 * ```
 */
export function tensorBoard(options: TensorBoardOptions = {}): CallbackHooks {
  return new TensorBoard(readOptions('tensorBoard', options, kinds));
}
