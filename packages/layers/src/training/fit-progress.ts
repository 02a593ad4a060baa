import { ManabiError, type Tensor, tree } from '@manabi/core';
import type { SavePoint } from '../callbacks/callback.ts';
import type { CallbackList } from '../callbacks/callback-list.ts';
import type { SeedPlace } from '../seed.ts';
import type { Logs } from './batch-logs.ts';
import type { DataPosition, Epochs } from './epochs.ts';
import type { Totals } from './objective.ts';
import type { TrainingProgress } from './training-state.ts';

/** Where a training that runs stands, kept up to date by it. */
export class FitProgress {
  /** The present epoch, or the next one between two. */
  epoch: number;
  /** Batches of it that are done. */
  step = 0;
  place: SeedPlace;
  data: DataPosition = { pass: 0, batches: 0 };
  validations = 0;
  /** Sums of the present epoch; a list where they come from another training. */
  totals: Totals | readonly Tensor[] | null = null;
  logs: Logs = {};
  /** Types of the labels, in the order of the outputs. */
  labels: TrainingProgress['labels'] = [];
  #isSettled = false;
  readonly #epochs: Epochs;
  readonly #list: CallbackList;

  constructor(epoch: number, place: SeedPlace, epochs: Epochs, list: CallbackList) {
    this.epoch = epoch;
    this.place = place;
    this.#epochs = epochs;
    this.#list = list;
  }

  /** Says that a batch is done. */
  batchDone(totals: Totals, data: DataPosition): void {
    this.step++;
    this.totals = totals;
    this.data = data;
  }

  /** Says that the epoch has ended. */
  epochDone(logs: Logs): void {
    this.epoch++;
    this.step = 0;
    this.totals = null;
    this.data = this.#epochs.nextEpoch;
    this.logs = logs;
  }

  /** Takes over from a training that stood there. */
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

  /** Says that the training could go on from here; a promise if somebody saves it. */
  savePoint(point: SavePoint): Promise<void> | null {
    this.#isSettled = true;
    const saving = this.#list.savePoint(point);
    const end = (): void => {
      this.#isSettled = false;
    };
    if (saving !== null) return saving.finally(end);
    end();
    return null;
  }

  /**
   * All of it, as it is now: its tensors are there until the next step.
   *
   * @throws ManabiError `argument` between save points, where some of it is ahead of the rest
   */
  async snapshot(stopped: boolean): Promise<TrainingProgress> {
    if (!this.#isSettled) {
      throw new ManabiError(
        'argument',
        'A training can be saved between two steps, when all hooks were called: do it in the hook onSavePoint, which is ' +
          'called after each batch and each epoch.',
        { op: 'progress', data: { epoch: this.epoch, step: this.step } },
      );
    }
    const { epoch, step, place, data, validations, logs } = this;
    return {
      epoch,
      step,
      steps: this.#epochs.steps,
      stopped,
      place,
      data,
      validations,
      totals: this.totals === null ? [] : tree.leaves(this.totals),
      logs: { ...logs },
      labels: this.labels,
      callbacks: await this.#list.states(),
    };
  }
}
