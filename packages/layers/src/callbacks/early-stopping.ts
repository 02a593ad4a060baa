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

/** What `earlyStopping` takes. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement before the training ends; by default 0: the first one. */
  readonly patience?: number;
  /** 1 says when it stops; by default 0. */
  readonly verbose?: 0 | 1;
  /** Only values better than this count as progress. */
  readonly baseline?: number | null;
  /** Whether the weights of the best epoch come back at the end, whatever ended the training; by default no. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one do not count; by default 0. */
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
      console.log(`Epoch ${this.#stoppedEpoch + 1}: ${this.#monitor.name} got no better, so the training ended.`);
    }
    if (this.#bestWeights === null) return;
    if (verbose > 0) console.log(`The weights are those of epoch ${this.#bestEpoch + 1}, the best one.`);
    this.model.assign(this.#bestWeights);
    this.#bestWeights = null;
  }

  #remember(epoch: number): void {
    this.#bestEpoch = epoch;
    this.#bestWeights = this.model.values();
  }
}

/**
 * Ends the training when a value gets no better. As in Keras, an epoch is better than the best so far by more than
 * `minDelta`, and the first epoch counts as the best of its time.
 *
 * @throws ManabiError `argument` for options that do not fit; in the training, if it is not known whether larger values are better
 * @example `callbacks: [earlyStopping({ monitor: 'valLoss', patience: 3, restoreBestWeights: true })]`
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): CallbackHooks {
  return new EarlyStopping(readOptions('earlyStopping', options, kinds()));
}
