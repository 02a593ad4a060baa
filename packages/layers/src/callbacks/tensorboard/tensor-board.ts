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

/** What `tensorBoard` takes. */
export interface TensorBoardOptions {
  /** Folder of the logs; by default `logs`. Give each run its own, to compare them: `logs/run-3`. */
  readonly logDir?: string;
  /** Write losses and metrics after each epoch (by default), or after every so many batches, too; `batch` is 1. */
  readonly updateFreq?: 'epoch' | 'batch' | number;
  /** Where to write; by default the file system, in Node. */
  readonly files?: LogFiles;
}

/** A file of events, made when the first is written. */
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

/** As TensorFlow names its files: TensorBoard reads them in the order of their names. */
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
 * Writes losses, metrics and the learning rate for TensorBoard: `tensorboard --logdir logs`. As in Keras, values of
 * epochs are called `epoch_loss`, `epoch_accuracy`, in the folders `train` and `validation`; those of batches
 * `batch_loss`; those of evaluations `evaluation_loss_vs_iterations`.
 *
 * @throws ManabiError `argument` for an `updateFreq` that is none; in the training, `file` if nothing can be written
 * @example `callbacks: [tensorBoard({ logDir: 'logs/run-1' })]`
 */
export function tensorBoard(options: TensorBoardOptions = {}): CallbackHooks {
  return new TensorBoard(readOptions('tensorBoard', options, kinds));
}
