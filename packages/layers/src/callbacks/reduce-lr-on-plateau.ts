import { count, decay, type KindsOf, notNegative, type OptionValues, optional, readOptions } from '@manabi/errors';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { type CallbackState, StateReader } from '../training/listeners/state-reader.ts';
import { Callback } from './callback.ts';
import { Monitor, type MonitorOptions, monitorKinds } from './monitor.ts';
import { verboseKind } from './verbose-kind.ts';

/** What `reduceLROnPlateau` takes. `minDelta` is 1e-4 by default, not 0. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by, from 0 to below 1; by default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement before that; by default 10. */
  readonly patience?: number;
  /** 1 says when it happens; by default 0. */
  readonly verbose?: 0 | 1;
  /** Epochs after it that do not count; by default 0. */
  readonly cooldown?: number;
  /** The learning rate gets no lower; by default 0. */
  readonly minLr?: number;
}

function kinds() {
  return {
    ...monitorKinds(1e-4),
    factor: optional(decay, 0.1),
    patience: optional(count, 10),
    verbose: verboseKind,
    cooldown: optional(count, 0),
    minLr: optional(notNegative, 0),
  } satisfies KindsOf<ReduceLROnPlateauOptions>;
}

type Settings = OptionValues<ReturnType<typeof kinds>>;

class ReduceLROnPlateau extends Callback {
  readonly #options: Omit<Settings, keyof MonitorOptions>;
  readonly #monitor: Monitor;
  #wait = 0;
  #cooldown = 0;
  #best: number | null = null;

  constructor({ monitor, mode, minDelta, ...options }: Settings) {
    super();
    this.#options = options;
    this.#monitor = new Monitor('reduceLROnPlateau', { monitor, mode, minDelta });
  }

  readonly stateName = 'reduceLROnPlateau';

  getState(): CallbackState {
    return { wait: this.#wait, cooldown: this.#cooldown, best: this.#best };
  }

  setState(state: CallbackState): void {
    const reader = new StateReader(this.stateName, state);
    this.#wait = reader.number('wait');
    this.#cooldown = reader.number('cooldown');
    this.#best = reader.numberOrNull('best');
  }

  onTrainBegin(): void {
    this.#wait = 0;
    this.#cooldown = 0;
    this.#best = null;
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    logs.learningRate = await this.model.trainer.learningRate();
    const current = this.#monitor.valueIn(logs);
    if (current === null) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.#monitor.isImprovement(this.model, current, this.#best)) {
      this.#best = current;
      this.#wait = 0;
      return;
    }
    if (this.#cooldown > 0) return;
    this.#wait++;
    if (this.#wait >= this.#options.patience) this.#reduce(epoch, logs.learningRate);
  }

  #reduce(epoch: number, rate: number): void {
    const { factor, minLr, cooldown, verbose } = this.#options;
    if (rate <= Math.fround(minLr)) return;
    const next = Math.max(rate * factor, minLr);
    this.model.trainer.setLearningRate(next);
    if (verbose > 0) console.log(`Epoch ${epoch + 1}: the learning rate is ${next} from now on.`);
    this.#cooldown = cooldown;
    this.#wait = 0;
  }
}

/**
 * Lowers the learning rate when a value gets no better. The logs get `learningRate`.
 *
 * @throws ManabiError `argument` for a factor that does not lower it, or an unknown mode
 * @example `callbacks: [reduceLROnPlateau({ monitor: 'valLoss', factor: 0.2, patience: 5, minLr: 1e-5 })]`
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): CallbackHooks {
  return new ReduceLROnPlateau(readOptions('reduceLROnPlateau', options, kinds()));
}
