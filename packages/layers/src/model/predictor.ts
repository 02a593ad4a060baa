import { dispatch, type HostArray, type Jitted, jit, type Tensor } from '@manabi/core';
import { readInputs } from '../data/check-inputs.ts';
import { namingTables } from '../data/index-errors.ts';
import type { Padding } from '../data/padding.ts';
import { keyedVariables } from '../networks/keyed-variables.ts';
import type { Network } from '../networks/network.ts';
import { ModelStructure } from '../networks/structure.ts';
import { mapEach, type OneOrMany, type Tensors, toList } from '../structure/nested.ts';
import type { Variable } from '../variables/variable.ts';
import { lease, presentValue } from '../variables/variable-use.ts';

type Weights = Readonly<Record<string, Tensor>>;

/** A model together with the jitted function that computes its outputs. */
interface Traced {
  readonly structure: ModelStructure;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly run: Jitted<[Weights, Tensors], Tensors>;
}

/**
 * Values of a model's weights for several predictions. The values stay valid until they are released, even if training
 * replaces them.
 */
export interface PredictionWeights {
  readonly values: Weights;
  release(): void;
}

const predictors = new WeakMap<Network, Predictor>();

/** Returns the predictor of a model, which computes the model's outputs in inference mode. Each model has one. */
export function predictorOf(model: Network): Predictor {
  let predictor = predictors.get(model);
  if (predictor === undefined) {
    predictor = new Predictor(model);
    predictors.set(model, predictor);
  }
  return predictor;
}

class Predictor {
  readonly #model: Network;
  #traced: Traced | null = null;

  constructor(model: Network) {
    this.#model = model;
  }

  /** Computes the outputs of a batch with the current weights. */
  predict(inputs: OneOrMany<Tensor | HostArray>): Promise<Tensors> {
    const { variables } = this.#present();
    return this.predictWith(byPath(variables, presentValue), inputs, 'series');
  }

  /** Keeps the current weights valid for the predictions of several batches. */
  lease(): PredictionWeights {
    const { variables } = this.#present();
    const { values, release } = lease([...variables.values()]);
    let next = 0;
    return { values: byPath(variables, () => values[next++]), release };
  }

  /**
   * Computes the outputs of a batch with the given weights.
   *
   * @param padding number of rows to pad the batch to, if padding provably does not change the outputs of the other
   * rows
   */
  async predictWith(weights: Weights, inputs: OneOrMany<Tensor | HostArray>, padding: Padding): Promise<Tensors> {
    const batchSize = padding === 'none' ? toList(inputs)[0].shape[0] : padding === 'series' ? null : padding;
    const { result, done } = dispatch(this.#present().run, [weights, inputs], { batchSize });
    await done;
    return result;
  }

  /** Returns the model's jitted function; creates a new one if layers were added or removed. */
  #present(): Traced {
    const model = this.#model;
    if (this.#traced === null || !isPresent(this.#traced)) {
      const run = jit((state: Weights, x: Tensors) => model.run({ trainable: {}, state }, x).outputs, {
        name: 'predictOnBatch',
        batched: [1],
      });
      this.#traced = { structure: new ModelStructure(model), variables: keyedVariables(model), run };
    }
    return this.#traced;
  }
}

/** Returns whether a model still has the same layers and weights as when its function was traced. */
function isPresent({ structure, variables }: Traced): boolean {
  if (!structure.isPresent()) return false;
  return structure.layers.reduce((count, { ownVariables }) => count + ownVariables.length, 0) === variables.size;
}

function byPath(variables: ReadonlyMap<string, Variable>, read: (variable: Variable) => Tensor): Weights {
  const values: Record<string, Tensor> = {};
  for (const [path, variable] of variables) values[path] = read(variable);
  return values;
}

/**
 * Computes the outputs of one batch: see `Model.predictOnBatch`.
 *
 * @throws ManabiError as documented at `Model.predictOnBatch`
 */
export async function predictOnBatch(model: Network, inputs: OneOrMany<Tensor | HostArray>): Promise<Tensors> {
  const checking = readInputs('predictOnBatch', model, inputs);
  if (!model.built) {
    model.ensureBuilt(mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: [null, ...shape.slice(1)] })));
  }
  const predictor = predictorOf(model);
  if (checking === null) return namingTables('predictOnBatch', model, () => predictor.predict(inputs));
  // Uses the weights at the time of the call, however long reading the inputs takes.
  const weights = predictor.lease();
  try {
    await checking;
    return await namingTables('predictOnBatch', model, () => predictor.predictWith(weights.values, inputs, 'series'));
  } finally {
    weights.release();
  }
}
