import type { Logs } from './batch-logs.ts';
import type { CallbackHooks, RunParams } from './listener.ts';
import { type CallbackState, StateReader } from './state-reader.ts';

/**
 * What happened in a training: what `fit` resolves with. Plain data, ready to be plotted.
 *
 * @example `const { history, epoch } = await model.fit(x, y, { epochs: 3 }); // history.loss: [0.9, 0.5, 0.3]`
 */
export class History implements CallbackHooks {
  /** Values at the end of each epoch, by name: `loss`, `accuracy`, `valLoss`. */
  readonly history: Record<string, number[]> = {};
  /** The epochs that ended, from 0. */
  readonly epoch: number[] = [];
  /** What the run was. */
  params: RunParams = { epochs: 0, steps: null, verbose: 0 };
  /** Whether somebody stopped it, by Ctrl-C. The epoch that was interrupted has not ended, and has no values. */
  interrupted = false;
  readonly stateName = 'history';

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
