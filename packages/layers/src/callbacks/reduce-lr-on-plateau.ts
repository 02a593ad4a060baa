import { count, decay, type KindsOf, notNegative, type OptionValues, optional, readOptions } from '@manabi/errors';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { type CallbackState, StateReader } from '../training/listeners/state-reader.ts';
import { Callback } from './callback.ts';
import { Monitor, type MonitorOptions, monitorKinds } from './monitor.ts';
import { verboseKind } from './verbose-kind.ts';

/** Options of `reduceLROnPlateau`. The default of the option `minDelta` is 1e-4. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** Factor applied to the learning rate, in [0, 1) (default: 0.1). */
  readonly factor?: number;
  /** Number of epochs without improvement before a reduction (default: 10). */
  readonly patience?: number;
  /** Whether to print each reduction: 1 or 0 (default: 0). */
  readonly verbose?: 0 | 1;
  /** Number of epochs after a reduction before the callback counts epochs without improvement again (default: 0). */
  readonly cooldown?: number;
  /** Smallest learning rate that the callback sets (default: 0). */
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
    if (verbose > 0) console.log(`Epoch ${epoch + 1}: learning rate reduced to ${next}.`);
    this.#cooldown = cooldown;
    this.#wait = 0;
  }
}

/**
 * Creates a callback that reduces the learning rate when a monitored value stops improving, and adds `learningRate` to the
 * logs.
 *
 * `learningRate = max(learningRate · factor, minLr)`.
 *
 * @throws ManabiError `argument` for invalid options, such as a `factor` of 1
 * @example
 * ```ts
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' }); // learning rate 0.01
 * // No epoch improves the loss by 100, so the rate falls after every second one.
 * const reducing = callbacks.reduceLROnPlateau({ monitor: 'loss', minDelta: 100, factor: 0.1, patience: 2 });
 * const { history } = await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 5, verbose: 0, callbacks: [reducing] });
 * console.log(history.learningRate); // [0.01, 0.01, 0.01, 0.001, 0.001]
 * ```
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): CallbackHooks {
  return new ReduceLROnPlateau(readOptions('reduceLROnPlateau', options, kinds()));
}
