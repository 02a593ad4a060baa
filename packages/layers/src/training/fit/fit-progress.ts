import { clone, ManabiError, realize, type Tensor, tree } from '@manabi/core';
import type { SeedPosition } from '../../variables/seed.ts';
import type { Logs } from '../listeners/batch-logs.ts';
import type { SavePoint } from '../listeners/listener.ts';
import type { ListenerList } from '../listeners/listener-list.ts';
import type { Totals } from '../objective/objective.ts';
import type { DataPosition, Epochs } from '../pass/epochs.ts';
import type { RunningTraining, TrainingProgress } from '../steps/training-state.ts';

/**
 * How far a running training is: epoch, step, position in the data, and sums of losses and metrics. `fit` keeps it up
 * to date.
 */
export class FitProgress implements RunningTraining {
  /** Index of the current epoch; between two epochs, of the next one. */
  epoch: number;
  /** Number of completed batches of the current epoch. */
  step = 0;
  place: SeedPosition;
  data: DataPosition = { pass: 0, batches: 0 };
  validations = 0;
  /**
   * Sums of losses and metrics in the current epoch; a plain list of tensors if they were saved by the training that is
   * resumed.
   */
  totals: Totals | readonly Tensor[] | null = null;
  logs: Logs = {};
  /** Shapes and dtypes of the labels, in the order of the outputs. */
  labels: TrainingProgress['labels'] = [];
  #isSettled = false;
  /** Functions that start the calls of `whenSettled` that wait for the end of the current step. */
  #waiting: (() => void)[] = [];
  /** Promises of the calls of `whenSettled` that run now, before the next step. */
  #reading: Promise<unknown>[] = [];
  readonly #epochs: Epochs;
  readonly #list: ListenerList;
  readonly #isStopped: () => boolean;

  constructor(epoch: number, position: SeedPosition, epochs: Epochs, list: ListenerList, isStopped: () => boolean) {
    this.epoch = epoch;
    this.place = position;
    this.#epochs = epochs;
    this.#list = list;
    this.#isStopped = isStopped;
  }

  /** Records that a batch was completed. */
  batchDone(totals: Totals, data: DataPosition): void {
    this.step++;
    this.totals = totals;
    this.data = data;
  }

  /** Records that an epoch was completed. */
  epochDone(logs: Logs): void {
    this.epoch++;
    this.step = 0;
    this.totals = null;
    this.data = this.#epochs.nextEpoch;
    this.logs = logs;
  }

  /** Sets the progress to that of the training that is resumed. */
  resume({ epoch, step, place, data, validations, totals, logs, labels }: TrainingProgress): void {
    this.epoch = epoch;
    this.step = step;
    this.place = place;
    this.data = data;
    this.validations = validations;
    this.totals = step > 0 ? totals : null;
    this.logs = { ...logs };
    this.labels = labels;
  }

  /** Called by `fit` at each point where the training can be saved. Returns a promise if a callback saves it. */
  savePoint(point: SavePoint): Promise<void> | null {
    this.#isSettled = true;
    const saving = this.#list.savePoint(point);
    if (saving !== null || this.#waiting.length > 0) return this.#finishSaving(saving);
    this.#isSettled = false;
    return null;
  }

  async #finishSaving(saving: Promise<void> | null): Promise<void> {
    try {
      await saving;
      await this.serveWaiting();
    } finally {
      this.#isSettled = false;
    }
  }

  /** Runs the calls of `whenSettled` that still wait, because no further step will end. */
  async serveWaiting(): Promise<void> {
    while (this.#waiting.length > 0 || this.#reading.length > 0) {
      for (const begin of this.#waiting.splice(0)) begin();
      await Promise.allSettled(this.#reading.splice(0));
    }
  }

  /**
   * Runs a function that saves parts of the training between two steps: immediately in the hook `onSavePoint`,
   * otherwise after the current step.
   *
   * @throws ManabiError `argument` in other hooks, since the step ends only after the hook has returned
   */
  whenSettled<T>(read: () => Promise<T>): Promise<T> {
    const begin = (): Promise<T> => {
      const reading = read();
      this.#reading.push(reading);
      return reading;
    };
    if (this.#isSettled) return begin();
    if (this.#list.isCalling) return Promise.reject(this.#notSettled());
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(begin()));
    });
  }

  #notSettled(): ManabiError {
    return new ManabiError(
      'argument',
      'A training can only be saved between two steps, after all hooks ran. Save it in the hook onSavePoint, which ' +
        'runs after each batch and epoch.',
      { op: 'progress', data: { epoch: this.epoch, step: this.step } },
    );
  }

  /**
   * Returns the current progress of the training. Its tensors stay valid.
   *
   * @throws ManabiError `argument` during a step, when not all values belong to the same step
   */
  async snapshot(): Promise<TrainingProgress> {
    if (!this.#isSettled) throw this.#notSettled();
    const { epoch, step, place, data, validations, logs } = this;
    return {
      epoch,
      step,
      steps: this.#epochs.steps,
      stopped: this.#isStopped(),
      place,
      data,
      validations,
      // Copies the sums of losses and metrics, because the next step overwrites them.
      totals: this.totals === null ? [] : tree.leaves(await realize(tree.map(clone, this.totals))),
      logs: { ...logs },
      labels: this.labels,
      callbacks: await this.#list.states(),
    };
  }
}
