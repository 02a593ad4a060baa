import { ManabiError } from '@manabi/core';
import type { CallbackHooks, RunParams } from '../training/listeners/listener.ts';
import type { TrainedModel } from '../training/listeners/trained-model.ts';

/**
 * Base class for callbacks with access to the model (`this.model`) and to the parameters of the training
 * (`this.params`). Override hooks such as `onEpochEnd`.
 *
 * @typeParam M type of the model that the callback needs: `Callback<Model>` for the methods of all models
 * @example
 * ```ts
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * class LogLosses extends callbacks.Callback {
 *   readonly lines: string[] = [];
 *
 *   onEpochEnd(epoch: number, logs: Record<string, number>): void {
 *     this.lines.push(`epoch ${epoch}: ${Object.keys(logs)}`);
 *   }
 * }
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const losses = new LogLosses();
 * await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 2, verbose: 0, callbacks: [losses] });
 * console.log(losses.lines); // ['epoch 0: loss', 'epoch 1: loss']
 * ```
 */
export abstract class Callback<M extends TrainedModel = TrainedModel> implements CallbackHooks {
  #model: M | null = null;
  #params: RunParams = { epochs: 1, steps: null, verbose: 0 };

  /**
   * The model that is trained, evaluated or used for prediction.
   *
   * @throws ManabiError `argument` if no `fit`, `evaluate` or `predict` has used the callback yet
   */
  get model(): M {
    if (this.#model !== null) return this.#model;
    throw new ManabiError('argument', 'The callback has no model yet: pass it to fit, evaluate or predict.', {
      op: this.constructor.name,
    });
  }

  /** Parameters of the current `fit`, `evaluate` or `predict`: epochs, steps and verbosity. */
  get params(): RunParams {
    return this.#params;
  }

  setModel(model: M): void {
    this.#model = model;
  }

  setParams(params: RunParams): void {
    this.#params = params;
  }
}
