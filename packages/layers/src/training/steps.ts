import { random, type Tensor, valueAndGrad } from '@manabi/core';
import type { Model } from '../model/model.ts';
import type { ModelValues } from '../networks/run.ts';
import { isList, type Tensors } from '../structure/nested.ts';
import type { Compilation } from './compile.ts';
import type { Objective, Targets, Totals } from './objective.ts';
import { applyGradients, type UpdateState } from './updates.ts';

type Weights = Readonly<Record<string, Tensor>>;

/** What goes from one training step to the next, on the backend: given away, and returned anew. */
export interface Carried {
  readonly trainable: Weights;
  /** Weights that the model itself changes: moving statistics. */
  readonly state: Weights;
  readonly updates: UpdateState;
  readonly totals: Totals;
}

/** A batch, within a step. */
export interface StepBatch extends Targets {
  readonly x: readonly Tensor[];
}

/** One training step, as a pure function of everything that it changes. */
export type TrainStep = (
  carried: Carried,
  frozen: Weights,
  key: Tensor,
  batch: StepBatch,
  isUpdate: boolean,
) => Carried;

/** One step of an evaluation: totals with a further batch, of which only samples count that a mask says, or all. */
export type TestStep = (totals: Totals, values: ModelValues, batch: StepBatch, rowMask: Tensor | null) => Totals;

/** The training step of a model. */
export function trainStep(model: Model, compilation: Compilation, objective: Objective): TrainStep {
  return ({ trainable, state, updates, totals }, frozen, key, batch, isUpdate) => {
    const stepKey = random.foldIn(key, updates.optimizer.step);
    const lossOf = (weights: Weights) => {
      const values = { trainable: weights, state: { ...state, ...frozen } };
      const result = model.run(values, inputsOf(model, batch.x), { training: true, key: stepKey });
      const { loss, totals: next } = objective.apply(totals, null, batch, result);
      return [loss, { totals: next, state: { ...state, ...result.updates } }] as const;
    };
    if (Object.keys(trainable).length === 0) {
      const [, aux] = lossOf(trainable);
      return { trainable, updates, ...aux };
    }
    const [[, aux], grads] = valueAndGrad(lossOf, { hasAux: true })(trainable);
    const next = applyGradients(compilation, trainable, grads, updates, isUpdate, (weights) =>
      model.constrain(weights),
    );
    return { trainable: next.trainable, updates: next.state, ...aux };
  };
}

/** The evaluation step of a model. */
export function testStep(model: Model, objective: Objective): TestStep {
  return (totals, values, batch, rowMask) => {
    const result = model.run(values, inputsOf(model, batch.x));
    return objective.apply(totals, rowMask, batch, result).totals;
  };
}

/** Inputs as the model takes them: one, or a list. */
function inputsOf(model: Model, x: readonly Tensor[]): Tensors {
  return model.inputTypes !== null && !isList(model.inputTypes) ? x[0] : x;
}
