import { boolean, type KindsOf, optional, readOptions } from '@manabi/errors';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { Callback } from './callback.ts';

/** What `swapEMAWeights` takes. */
export interface SwapEMAWeightsOptions {
  /**
   * Whether the averages also stand in the model from the end of an epoch to the beginning of the next, where callbacks
   * that come later save them; by default no.
   */
  readonly swapOnEpoch?: boolean;
}

const kinds = { swapOnEpoch: optional(boolean, false) } satisfies KindsOf<SwapEMAWeightsOptions>;

class SwapEMAWeights extends Callback {
  readonly #swapOnEpoch: boolean;

  constructor(swapOnEpoch: boolean) {
    super();
    this.#swapOnEpoch = swapOnEpoch;
  }

  onEpochBegin(): void {
    this.#useAverages(false);
  }

  onEpochEnd(): void {
    if (this.#swapOnEpoch) this.#useAverages(true);
  }

  onTestBegin(): void {
    this.#useAverages(true);
  }

  onTestEnd(): void {
    this.#useAverages(false);
  }

  onPredictBegin(): void {
    this.#useAverages(true);
  }

  onPredictEnd(): void {
    this.#useAverages(false);
  }

  #useAverages(inUse: boolean): void {
    this.model.trainer.useAverages(inUse);
  }
}

/**
 * Validates, evaluates and predicts with the moving averages of the weights, and trains on with the weights themselves.
 * For models that are compiled with `useEma`.
 *
 * @throws ManabiError (in the run) `argument` if there are no averages
 * @example
 * ```ts
 * model.compile({ optimizer: 'sgd', loss: 'mse', useEma: true });
 * await model.fit(x, y, { validationSplit: 0.1, callbacks: [callbacks.swapEMAWeights()] });
 * ```
 */
export function swapEMAWeights(options: SwapEMAWeightsOptions = {}): CallbackHooks {
  return new SwapEMAWeights(readOptions('swapEMAWeights', options, kinds).swapOnEpoch);
}
