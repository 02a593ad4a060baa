import { ManabiError } from '@manabi/core';
import { boolean, optional, readOptions } from '@manabi/errors';
import type { BatchLogs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { Callback } from './callback.ts';

class TerminateOnNaN extends Callback {
  readonly #raiseError: boolean;

  constructor(raiseError: boolean) {
    super();
    this.#raiseError = raiseError;
  }

  async onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> {
    const loss = await logs.loss;
    if (Number.isFinite(loss)) return;
    if (!this.#raiseError) {
      console.warn(`The loss is ${loss} after batch ${batch}; training stops.`);
      this.model.stopTraining = true;
      return;
    }
    throw new ManabiError(
      'value',
      `The loss is ${loss} after batch ${batch}. Common causes: too large a learning rate, unscaled inputs, ` +
        'logarithms of zero, or division by zero.',
      { op: 'terminateOnNaN', data: { batch, loss } },
    );
  }
}

const kinds = { raiseError: optional(boolean, false) };

/**
 * Creates a callback that ends the training when the loss is NaN or infinite. It reads the loss after each batch, which
 * slows down training.
 *
 * @param options `raiseError` makes `fit` throw an error with code `value`, rather than end the training normally
 * (default: false)
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { callbacks, layers, optimizers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: optimizers.sgd({ learningRate: 1e30 }), loss: 'mse' }); // far too large
 * const stopping = [callbacks.terminateOnNaN()];
 * const { history } = await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 50, verbose: 0, callbacks: stopping });
 * console.log(history.loss.length < 50, model.stopTraining); // true true
 * ```
 */
export function terminateOnNaN(options: { readonly raiseError?: boolean } = {}): CallbackHooks {
  return new TerminateOnNaN(readOptions('terminateOnNaN', options, kinds).raiseError);
}
