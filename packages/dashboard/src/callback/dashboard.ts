import { readOptions } from '@manabi/errors';
import type { BatchLogs, CallbackHooks, Logs, Model, RunParams } from '@manabi/layers';
import type { Runs, RunsSettings } from '../collect/runs.ts';
import { type DashboardOptions, dashboardKinds } from './options.ts';

/** The callback that `dashboard` creates. */
export interface Dashboard extends CallbackHooks {
  /** URL of the page while it is open; otherwise null. */
  readonly url: string | null;
  /**
   * Returns a single HTML file that shows the runs so far, without a server.
   *
   * @throws ManabiError `argument` before the first training
   */
  html(): Promise<string>;
  /**
   * Writes the result of `html` to a file.
   *
   * @throws ManabiError `argument` before the first training
   * @throws FileError if the file cannot be written
   */
  saveHtml(path: string): Promise<void>;
  /** Closes a page that `keepOpen` keeps open, or removes the dashboard from its element. */
  close(): Promise<void>;
}

/** Loads the code of the dashboard when a training begins, and calls its hooks. */
class LazyDashboard implements Dashboard {
  readonly #settings: RunsSettings;
  #runs: Runs | null = null;
  #model: Model | null = null;
  #params: RunParams | null = null;

  constructor(settings: RunsSettings) {
    this.#settings = settings;
  }

  get url(): string | null {
    return this.#runs?.url ?? null;
  }

  async html(): Promise<string> {
    return (await this.#load()).html();
  }

  async saveHtml(path: string): Promise<void> {
    await (await this.#load()).saveHtml(path);
  }

  async close(): Promise<void> {
    await this.#runs?.close();
  }

  async #load(): Promise<Runs> {
    if (this.#runs === null) {
      const { Runs: Loaded } = await import('../collect/runs.ts');
      this.#runs ??= new Loaded(this.#settings);
    }
    return this.#runs;
  }

  setModel(model: Model): void {
    this.#model = model;
  }

  setParams(params: RunParams): void {
    this.#params = params;
  }

  async onTrainBegin(): Promise<void> {
    const [model, params] = [this.#model, this.#params];
    if (model !== null && params !== null) await (await this.#load()).begin(model, params);
  }

  onEpochBegin(epoch: number): void {
    this.#runs?.recorder?.epochBegin(epoch);
  }

  onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> | undefined {
    return this.#runs?.recorder?.batchEnd(batch, logs);
  }

  onTestBegin(): void {
    this.#runs?.recorder?.validationBegin();
  }

  onTestBatchEnd(): Promise<void> | undefined {
    return this.#runs?.recorder?.validationBatchEnd();
  }

  onEpochEnd(epoch: number, logs: Logs): Promise<void> | undefined {
    return this.#runs?.recorder?.epochEnd(epoch, logs);
  }

  async onTrainEnd(): Promise<void> {
    await this.#runs?.end();
  }

  async onTrainError(error: unknown): Promise<void> {
    await this.#runs?.end(error);
  }
}

/**
 * Creates a callback that shows a training on a live page: curves of losses, metrics and the learning rate, the confusion
 * matrix, samples with their predictions, histograms of weights and gradients, and the plan of the training step.
 *
 * In Node, it serves the page on 127.0.0.1 during the training and prints its URL. In a page, it shows the dashboard in an
 * `element`; in a worker, it posts records through a `sink`. The same callback may be used in several trainings, whose
 * curves are then shown together. Predictions use the validation data of `fit`, or without it the last batch of an epoch;
 * gradients are those of the last batch. The results of the training do not change.
 *
 * @throws ManabiError `argument` for invalid options; at the start of a training also if the port is in use, and in a
 * page without `element` and `sink`; `file` if records cannot be appended to `file`
 * @example
 * ```ts
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const board = callbacks.dashboard({ print: () => {} }); // prints the URL by default
 * const x = tensor([[1], [2]]);
 * await model.fit(x, x, { epochs: 2, verbose: 0, callbacks: [board] });
 * await board.saveHtml('training.html');
 * console.log((await board.html()).slice(0, 15)); // <!doctype html>
 * ```
 */
export function dashboard(options: DashboardOptions = {}): Dashboard {
  return new LazyDashboard(readOptions('dashboard', options, dashboardKinds));
}
