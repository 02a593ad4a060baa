import type { PlotHistoryOptions } from '../../history-plots/plot-history.ts';
import type { Logs } from './batch-logs.ts';
import type { CallbackHooks, RunParams } from './listener.ts';
import { type CallbackState, StateReader } from './state-reader.ts';

/**
 * Logs of all epochs of a training, with which `fit` resolves: plain data, ready to be plotted.
 *
 * @example
 * ```ts
 * import { layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const { history, epoch } = await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 2, verbose: 0 });
 * console.log(epoch); // [0, 1]
 * console.log(history.loss); // [4, 3.6864]
 * ```
 */
export class History implements CallbackHooks {
  /** Values at the end of each epoch, by name: `loss`, `accuracy`, `valLoss`. */
  readonly history: Record<string, number[]> = {};
  /** Indices of the completed epochs, counted from 0. */
  readonly epoch: number[] = [];
  /** Parameters of the training: epochs, steps and verbosity. */
  params: RunParams = { epochs: 0, steps: null, verbose: 0 };
  /** Whether Ctrl-C stopped the training. The interrupted epoch is incomplete and has no values. */
  interrupted = false;
  readonly stateName = 'history';

  /**
   * Plots the losses and metrics over the epochs, as `plotHistory` does: returns text for a terminal, or with
   * `format: 'svg'` an SVG picture. The code is loaded on the first call.
   *
   * @throws ManabiError as `plotHistory`
   */
  async plot(options: PlotHistoryOptions = {}): Promise<string> {
    const { plotHistory } = await import('../../history-plots/plot-history.ts');
    return plotHistory(this, options);
  }

  setParams(params: RunParams): void {
    this.params = params;
  }

  getState(): CallbackState {
    return { epoch: [...this.epoch], values: { ...this.history } };
  }

  setState(state: CallbackState): void {
    const reader = new StateReader(this.stateName, state);
    const values = reader.record('values');
    this.epoch.splice(0, this.epoch.length, ...reader.numbers('epoch'));
    for (const name of Object.keys(this.history)) delete this.history[name];
    for (const name of values.names) this.history[name] = values.numbers(name);
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.history[name] ??= [];
      this.history[name].push(value);
    }
  }
}
