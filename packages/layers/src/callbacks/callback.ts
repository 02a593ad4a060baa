import { ManabiError } from '@manabi/core';
import type { CallbackHooks, RunParams } from '../training/listeners/listener.ts';
import type { TrainedModel } from '../training/listeners/trained-model.ts';

/**
 * A base for callbacks that are classes: knows the model, and what the run is.
 *
 * @typeParam M what the callback needs of the model: `Callback<Model>` for all that models have
 */
export abstract class Callback<M extends TrainedModel = TrainedModel> implements CallbackHooks {
  #model: M | null = null;
  #params: RunParams = { epochs: 1, steps: null, verbose: 0 };

  /**
   * The model that is trained, evaluated or run.
   *
   * @throws ManabiError `argument` before a run
   */
  get model(): M {
    if (this.#model !== null) return this.#model;
    throw new ManabiError('argument', 'The callback has no model yet. Pass it to fit, evaluate or predict.', {
      op: this.constructor.name,
    });
  }

  /** What the run is. */
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
