import {
  boolean,
  count,
  type KindsOf,
  nullable,
  number,
  type OptionValues,
  optional,
  readOptions,
} from '@manabi/errors';
import type { ModelValues } from '../networks/run.ts';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { type CallbackState, StateReader } from '../training/listeners/state-reader.ts';
import { Callback } from './callback.ts';
import { Monitor, type MonitorOptions, monitorKinds } from './monitor.ts';
import { verboseKind } from './verbose-kind.ts';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /**
   * Number of epochs without improvement after which the training ends (default: 0, which ends it at the first such
   * epoch).
   */
  readonly patience?: number;
  /** Whether to print a message when the callback stops training or restores weights: 1 or 0 (default: 0). */
  readonly verbose?: 0 | 1;
  /** Value that the monitored value must also surpass to count as an improvement (default: null, no such value). */
  readonly baseline?: number | null;
  /** Whether to restore the weights of the best epoch when training ends, for any reason (default: false). */
  readonly restoreBestWeights?: boolean;
  /** Index of the first epoch whose value is monitored (default: 0). */
  readonly startFromEpoch?: number;
}

function kinds() {
  return {
    ...monitorKinds(),
    patience: optional(count, 0),
    verbose: verboseKind,
    baseline: optional(nullable(number()), null),
    restoreBestWeights: optional(boolean, false),
    startFromEpoch: optional(count, 0),
  } satisfies KindsOf<EarlyStoppingOptions>;
}

type Settings = OptionValues<ReturnType<typeof kinds>>;

class EarlyStopping extends Callback {
  readonly #options: Omit<Settings, keyof MonitorOptions>;
  readonly #monitor: Monitor;
  #wait = 0;
  #best: number | null = null;
  #bestEpoch = 0;
  #bestWeights: ModelValues | null = null;
  #stoppedEpoch: number | null = null;

  constructor({ monitor, mode, minDelta, ...options }: Settings) {
    super();
    this.#options = options;
    this.#monitor = new Monitor('earlyStopping', { monitor, mode, minDelta });
  }

  readonly stateName = 'earlyStopping';

  getState(): CallbackState {
    const best = this.#bestWeights;
    return {
      wait: this.#wait,
      best: this.#best,
      bestEpoch: this.#bestEpoch,
      stoppedEpoch: this.#stoppedEpoch,
      ...(best === null ? {} : { trainable: best.trainable, state: best.state }),
    };
  }

  setState(state: CallbackState): void {
    const reader = new StateReader(this.stateName, state);
    this.#wait = reader.number('wait');
    this.#best = reader.numberOrNull('best');
    this.#bestEpoch = reader.number('bestEpoch');
    this.#stoppedEpoch = reader.numberOrNull('stoppedEpoch');
    this.#bestWeights = reader.names.includes('trainable')
      ? { trainable: reader.tensors('trainable'), state: reader.tensors('state') }
      : null;
  }

  onTrainBegin(): void {
    this.#wait = 0;
    this.#best = null;
    this.#bestEpoch = 0;
    this.#bestWeights = null;
    this.#stoppedEpoch = null;
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    const { patience, baseline, restoreBestWeights, startFromEpoch } = this.#options;
    const current = this.#monitor.valueIn(logs);
    if (current === null || epoch < startFromEpoch) return;
    if (restoreBestWeights && this.#bestWeights === null) this.#remember(epoch);
    this.#wait++;
    if (this.#monitor.isImprovement(this.model, current, this.#best)) {
      this.#best = current;
      if (restoreBestWeights && this.#bestEpoch !== epoch) this.#remember(epoch);
      if (baseline === null || this.#monitor.isImprovement(this.model, current, baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait < patience || epoch === 0) return;
    this.#stoppedEpoch = epoch;
    this.model.stopTraining = true;
  }

  onTrainEnd(): void {
    const { verbose } = this.#options;
    if (this.#stoppedEpoch !== null && verbose > 0) {
      console.log(`Epoch ${this.#stoppedEpoch + 1}: early stopping, ${this.#monitor.name} did not improve.`);
    }
    if (this.#bestWeights === null) return;
    if (verbose > 0) console.log(`Restored the weights of the best epoch, ${this.#bestEpoch + 1}.`);
    this.model.assign(this.#bestWeights);
    this.#bestWeights = null;
  }

  #remember(epoch: number): void {
    this.#bestEpoch = epoch;
    this.#bestWeights = this.model.values();
  }
}

/**
 * Creates a callback that ends the training when a monitored value stops improving. As in Keras, a value improves if it
 * is better than the best so far by more than `minDelta`, and the first epoch is always an improvement.
 *
 * @throws ManabiError `argument` for invalid options; during training, if `mode` is `auto` and the callback cannot
 * infer whether larger values are better
 * @example
 * ```ts
 * import { callbacks, layers, optimizers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * // With a learning rate of 0, the loss never improves after the first epoch.
 * model.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: 'mse' });
 * const stopping = callbacks.earlyStopping({ monitor: 'loss', patience: 3, restoreBestWeights: true });
 * const { history } = await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 100, verbose: 0, callbacks: [stopping] });
 * console.log(history.loss.length); // 4
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): CallbackHooks {
  return new EarlyStopping(readOptions('earlyStopping', options, kinds()));
}
