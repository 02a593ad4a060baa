import { boolean, type KindsOf, optional, readOptions } from '@manabi/errors';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { Callback } from './callback.ts';

/** Options of `swapEMAWeights`. */
export interface SwapEMAWeightsOptions {
  /**
   * Whether the averages stay in the model from the end of an epoch to the start of the next, so that later callbacks
   * in the list can save them (default: false).
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
 * Creates a callback that validates, evaluates and predicts with the moving averages of the weights, and trains with
 * the weights themselves. Compile the model with `useEma`.
 *
 * @throws ManabiError `argument` for invalid options; during training or evaluation, if the model was compiled without
 * `useEma`
 * @example
 * ```ts
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse', useEma: true, emaMomentum: 0.9 });
 * const [x, y] = [tensor([[1], [2]]), tensor([[2], [4]])];
 * const swapping = [callbacks.swapEMAWeights()];
 * const { history } = await model.fit(x, y, { epochs: 3, verbose: 0, validationData: [x, y], callbacks: swapping });
 * console.log(history.valLoss.length); // 3
 * ```
 */
export function swapEMAWeights(options: SwapEMAWeightsOptions = {}): CallbackHooks {
  return new SwapEMAWeights(readOptions('swapEMAWeights', options, kinds).swapOnEpoch);
}
