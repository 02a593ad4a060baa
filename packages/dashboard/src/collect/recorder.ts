import { getBackend, ManabiError, profile, random } from '@manabi/core';
import { type Batch, type BatchLogs, type Logs, type Model, type RunParams, readLogs } from '@manabi/layers';
import type { DashboardRecord, EndedRecord } from '../records/record.ts';
import { FORMAT_VERSION } from '../records/record.ts';
import { distributionOf } from './distribution.ts';
import { compileSummary, modelSummary } from './model-summary.ts';
import { Predictions } from './predictions.ts';

/** Settings of a recorder: the options of `dashboard` with defaults filled in. */
export interface RecorderSettings {
  readonly updateFreq: 'auto' | 'batch' | 'epoch' | number;
  readonly detailFreq: 'auto' | number;
  readonly histograms: boolean;
  readonly samples: number;
  readonly predictions: number;
  readonly classNames: readonly string[] | null;
  readonly trace: boolean;
}

/** Milliseconds between two records of batches with `updateFreq: 'auto'`. */
const INTERVAL = 250;

/** Part of the time that details may take with `detailFreq: 'auto'`. */
const SHARE = 0.05;

/** What a recorder needs besides its settings. */
export interface RecorderSetting {
  readonly run: string;
  readonly model: Model;
  readonly params: RunParams;
  readonly write: (record: DashboardRecord) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Records one training. The values of a batch are read at most four times a second, or as often as `updateFreq` states.
 * Predictions, histograms and the plan are recorded at the end of epochs. The recorder changes no weights and draws no
 * random numbers, so trainings have the same results with and without it.
 */
export class Recorder {
  readonly run: string;
  readonly #settings: RecorderSettings;
  readonly #setting: RecorderSetting;
  #epoch = 0;
  #epochStart = 0;
  #lastRead = 0;
  #batches = 0;
  #batch: Batch | null = null;
  #completed = 0;
  #predictions: Predictions | null = null;
  /** Whether details are recorded after the current epoch; null if this is not decided yet. */
  #isDetailed: boolean | null = null;
  /** Number of records of details so far, the duration of the last one in milliseconds, and its end. */
  #details = { count: 0, duration: 0, end: 0 };
  /** Time in milliseconds that the details of the current epoch have taken so far. */
  #spent = 0;
  #isStopped = false;
  /** Parts of the page that failed once, and are no longer recorded. */
  readonly #failed = new Set<string>();

  constructor(settings: RecorderSettings, setting: RecorderSetting) {
    this.#settings = settings;
    this.#setting = setting;
    this.run = setting.run;
  }

  /** Ends the training after the current batch, with the weights kept. */
  stop(): void {
    this.#isStopped = true;
    this.#setting.model.stopTraining = true;
  }

  async begin(): Promise<void> {
    const { model, params, now, run } = this.#setting;
    await this.#setting.write({
      type: 'started',
      run,
      version: FORMAT_VERSION,
      time: now(),
      model: modelSummary(model),
      compile: compileSummary(model),
      backend: model.weights.at(0)?.value.backend ?? getBackend(),
      epochs: params.epochs,
      steps: params.steps,
    });
  }

  epochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#epochStart = this.#setting.now();
    this.#lastRead = this.#epochStart;
    this.#predictions = null;
    this.#isDetailed = null;
    this.#spent = 0;
  }

  batchEnd(batch: number, logs: BatchLogs): Promise<void> | undefined {
    this.#batches = batch + 1;
    this.#batch = this.#setting.model.trainer.batch;
    return this.#isDue(batch) ? this.#recordBatch(batch, logs) : undefined;
  }

  #isDue(batch: number): boolean {
    const { updateFreq } = this.#settings;
    if (updateFreq === 'epoch') return false;
    if (updateFreq !== 'auto') return updateFreq === 'batch' || (batch + 1) % updateFreq === 0;
    const time = this.#setting.now();
    if (time - this.#lastRead < INTERVAL) return false;
    this.#lastRead = time;
    return true;
  }

  async #recordBatch(batch: number, logs: BatchLogs): Promise<void> {
    const { model, now, run } = this.#setting;
    const [values, learningRate] = [await readLogs(logs), await model.trainer.learningRate()];
    await this.#setting.write({ type: 'batch', run, time: now(), epoch: this.#epoch, batch, values, learningRate });
  }

  validationBegin(): void {
    if (this.#settings.predictions > 0 && this.#recordsDetails())
      this.#predictions = new Predictions(this.#setting.model, 'validation', this.#wanted);
  }

  validationBatchEnd(): Promise<void> | undefined {
    const { batch } = this.#setting.model.trainer;
    const predictions = this.#predictions;
    if (batch === null || predictions === null || predictions.isComplete) return undefined;
    return this.#try('predictions', () => predictions.add(batch));
  }

  get #wanted() {
    const { samples, predictions, classNames } = this.#settings;
    return { shown: samples, most: predictions, classNames };
  }

  async epochEnd(epoch: number, values: Logs): Promise<void> {
    const { model, now, run, write } = this.#setting;
    const time = now();
    await write({
      type: 'epoch',
      run,
      time,
      epoch,
      batches: this.#batches,
      values: { ...values },
      learningRate: await model.trainer.learningRate(),
      seconds: (time - this.#epochStart) / 1000,
    });
    this.#completed = epoch + 1;
    if (this.#recordsDetails()) {
      await this.#try('predictions', () => this.#recordPredictions(epoch));
      await this.#try('histograms', () => this.#recordHistograms(epoch));
      await this.#try('the plan', () => this.#recordTrace(epoch));
      this.#details = { count: this.#details.count + 1, duration: this.#spent, end: now() };
    }
    this.#batch = null;
    this.#predictions = null;
  }

  /** Returns whether details are recorded after the current epoch. */
  #recordsDetails(): boolean {
    this.#isDetailed ??= this.#areDetailsDue();
    return this.#isDetailed;
  }

  #areDetailsDue(): boolean {
    const { detailFreq } = this.#settings;
    if (detailFreq !== 'auto') return (this.#epoch + 1) % detailFreq === 0;
    const { count, duration, end } = this.#details;
    // The first record also compiles functions, so its duration says nothing about later ones.
    return count < 2 || this.#isLast(this.#epoch) || this.#setting.now() - end >= duration / SHARE;
  }

  /** Records a part of the page. If this fails, warns once and goes on without it: a dashboard must not end a training. */
  async #try(part: string, record: () => Promise<void>): Promise<void> {
    if (this.#failed.has(part)) return;
    const { now } = this.#setting;
    const begin = now();
    try {
      await record();
      this.#spent += now() - begin;
    } catch (error) {
      this.#failed.add(part);
      console.warn(`The dashboard goes on without ${part}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #isLast(epoch: number): boolean {
    return epoch + 1 === this.#setting.params.epochs || this.#setting.model.stopTraining;
  }

  async #recordPredictions(epoch: number): Promise<void> {
    if (this.#settings.predictions === 0) return;
    let predictions = this.#predictions;
    if ((predictions === null || predictions.isEmpty) && this.#batch !== null) {
      predictions = new Predictions(this.#setting.model, 'training batch', this.#wanted);
      await predictions.add(this.#batch);
    }
    for (const record of predictions?.records(this.run, epoch) ?? []) await this.#setting.write(record);
  }

  async #recordHistograms(epoch: number): Promise<void> {
    if (!this.#settings.histograms) return;
    const { model, run, write } = this.#setting;
    const weights = model.trainableWeights.map(async ({ path, value }) => distributionOf(path, await value.data()));
    await write({ type: 'histograms', run, epoch, of: 'weights', tensors: await Promise.all(weights) });
    // A custom training step computes its own losses, so the gradients of the compiled loss would be others.
    if (this.#batch === null || model.trainStep !== undefined || weights.length === 0) return;
    const { gradients } = await model.trainer.gradients(this.#batch, random.key(0));
    const found = Object.entries(gradients).map(async ([path, gradient]) => {
      const distribution = distributionOf(path, await gradient.data());
      gradient.dispose();
      return distribution;
    });
    await write({ type: 'histograms', run, epoch, of: 'gradients', tensors: await Promise.all(found) });
  }

  async #recordTrace(epoch: number): Promise<void> {
    const { model, run, write } = this.#setting;
    const { lastCall } = model.trainer;
    if (!this.#settings.trace || lastCall === null) return;
    const reports = await profile(lastCall.step, ...lastCall.args).catch((error: unknown) => {
      // The backend does not report steps.
      if (error instanceof ManabiError && error.code === 'backend') return [];
      throw error;
    });
    if (reports.length === 0) return;
    await write({
      type: 'trace',
      run,
      epoch,
      clock: reports[0].clock ?? 'host',
      steps: reports.map(({ name, depth, runs, operations, bytes, milliseconds }) => ({
        name,
        depth,
        runs,
        operations,
        bytes,
        milliseconds,
      })),
    });
  }

  /** Records the end of the training. Without an error, it was stopped early unless all epochs are complete. */
  async end(error: unknown = null): Promise<void> {
    const { params, now } = this.#setting;
    const isComplete = this.#completed >= params.epochs && !this.#isStopped;
    const outcome = error !== null ? outcomeOf(error) : isComplete ? 'finished' : 'stopped';
    const message = error === null ? '' : error instanceof Error ? error.message : String(error);
    await this.#setting.write({ type: 'ended', run: this.run, time: now(), outcome, message });
  }
}

function outcomeOf(error: unknown): EndedRecord['outcome'] {
  return error instanceof ManabiError && error.code === 'aborted' ? 'stopped' : 'failed';
}
