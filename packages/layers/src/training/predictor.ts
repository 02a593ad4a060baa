import { type HostArray, type Jitted, jit, type Tensor } from '@manabi/core';
import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import type { ModelValues } from '../models/run.ts';
import { consistsOf, layersWithin } from '../models/structure.ts';
import type { OneOrMany, Tensors } from '../nested.ts';

type Predict = Jitted<[ModelValues, Tensors], Tensors>;

const predictors = new WeakMap<Model, Predictor>();

/** What computes the outputs of a model. */
export function predictorOf(model: Model): Predictor {
  const known = predictors.get(model) ?? new Predictor(model);
  predictors.set(model, known);
  return known;
}

/** Computes the outputs of a model, as at inference. */
class Predictor {
  readonly #model: Model;
  #traced: { readonly layers: readonly Layer[]; readonly predict: Predict } | null = null;

  constructor(model: Model) {
    this.#model = model;
  }

  /** The outputs for a batch, with these weights. */
  run(values: ModelValues, inputs: OneOrMany<Tensor | HostArray>): Promise<Tensors> {
    return this.#predict()(values, inputs);
  }

  /** The jitted function, for the layers that the model has now. */
  #predict(): Predict {
    const model = this.#model;
    if (this.#traced === null || !consistsOf(model, this.#traced.layers)) {
      const predict = jit((values: ModelValues, x: Tensors) => model.run(values, x).outputs, {
        name: 'predictOnBatch',
      });
      this.#traced = { layers: layersWithin(model), predict };
    }
    return this.#traced.predict;
  }
}
