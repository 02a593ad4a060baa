import type { Tensor } from '@manabi/core';
import type { Network } from '../../networks/network.ts';
import type { ModelValues } from '../../networks/run.ts';
import type { Compilation } from '../objective/compile.ts';
import type { Objective, Totals } from '../objective/objective.ts';
import type { Weights } from '../objective/step-gradients.ts';
import { apply, type UpdateState } from './apply.ts';
import { gradients, inputsOf, type StepBatch, stepKey } from './gradients.ts';

/**
 * Values that one training step passes to the next on the backend: each step receives them as donated inputs and
 * returns their new values.
 */
export interface Carried {
  readonly trainable: Weights;
  /** State of layers, such as moving statistics. */
  readonly state: Weights;
  readonly updates: UpdateState;
  readonly totals: Totals;
}

/** One training step: a function that returns new values of everything that it changes. */
export type FusedStep = (
  carried: Carried,
  frozen: Weights,
  key: Tensor,
  batch: StepBatch,
  isUpdate: boolean,
) => Carried;

/**
 * One evaluation step: adds a batch to the sums of losses and metrics. Samples for which the mask is false do not
 * count.
 */
export type TestStep = (totals: Totals, values: ModelValues, batch: StepBatch, rowMask: Tensor | null) => Totals;

/**
 * Returns the training step of a network: `gradients` followed by `apply` in one function, which is compiled to one
 * plan.
 */
export function fusedStep(network: Network, compilation: Compilation, objective: Objective): FusedStep {
  return ({ trainable, state, updates, totals }, frozen, trainingKey, batch, isUpdate) => {
    const key = stepKey(trainingKey, updates.optimizer.step);
    const lossScale = updates.optimizer.lossScale?.dynamicScale ?? null;
    const found = gradients(network, objective, { trainable, state, frozen, totals, lossScale, key, batch });
    const next = apply(compilation, trainable, found.gradients, updates, isUpdate, (weights) =>
      network.constrain(weights),
    );
    return {
      trainable: next.trainable,
      state: { ...state, ...found.updates },
      updates: next.state,
      totals: found.totals,
    };
  };
}

/** Returns the evaluation step of a network. */
export function testStep(network: Network, objective: Objective): TestStep {
  return (totals, values, batch, rowMask) => {
    const result = network.run(values, inputsOf(network, batch.x));
    return objective.apply(totals, rowMask, batch, result).totals;
  };
}
