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
      console.warn(`The loss is ${loss} after batch ${batch}: the training ends.`);
      this.model.stopTraining = true;
      return;
    }
    throw new ManabiError(
      'value',
      `The loss is ${loss} after batch ${batch}. Common reasons: a learning rate that is too large, inputs that are not ` +
        'scaled, logarithms or divisions of 0.',
      { op: 'terminateOnNaN', data: { batch, loss } },
    );
  }
}

const kinds = { raiseError: optional(boolean, false) };

/**
 * Ends the training as soon as the loss is no finite number. It reads the loss after each batch, which costs time.
 *
 * @param options `raiseError` makes `fit` fail, with code `value`, instead of ending it
 */
export function terminateOnNaN(options: { readonly raiseError?: boolean } = {}): CallbackHooks {
  return new TerminateOnNaN(readOptions('terminateOnNaN', options, kinds).raiseError);
}
