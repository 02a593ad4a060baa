import { random, type Tensor } from '@manabi/core';
import type { Network } from '../../networks/network.ts';
import { isList, type Tensors } from '../../structure/nested.ts';
import type { Objective, Targets, Totals } from '../objective/objective.ts';
import type { StepGradients, Weights } from '../objective/step-gradients.ts';
import { scaledGradients } from './scaled-gradients.ts';

/** Inputs, labels and sample weights of a batch, as tensors within a step. */
export interface StepBatch extends Targets {
  readonly x: readonly Tensor[];
}

/** Everything from which the gradients of a batch are computed. */
export interface GradientInputs {
  readonly trainable: Weights;
  /** Weights that the model itself changes, such as moving statistics. */
  readonly state: Weights;
  /** Weights that do not change during training. */
  readonly frozen: Weights;
  readonly totals: Totals;
  /** Factor of the loss while it is differentiated; null for none. */
  readonly lossScale: Tensor | null;
  /** Random key of the step. */
  readonly key: Tensor;
  readonly batch: StepBatch;
}

/**
 * Computes the loss of a batch and its gradients with respect to the trainable weights: a pure function, the first half
 * of a training step. `apply` is the second. Both exchange plain objects of tensors, so other code, such as a mean over
 * processes, can run in between.
 *
 * @returns the gradients, and the totals of losses and metrics including this batch
 * @throws ManabiError `argument` if there is no loss; `shape` if labels and outputs do not match
 */
export function gradients(
  network: Network,
  objective: Objective,
  { trainable, state, frozen, totals, lossScale, key, batch }: GradientInputs,
): StepGradients & { readonly totals: Totals } {
  const lossOf = (weights: Weights) => {
    const values = { trainable: weights, state: { ...state, ...frozen } };
    const result = network.run(values, inputsOf(network, batch.x), { training: true, key });
    const { loss, totals: next } = objective.apply(totals, null, batch, result);
    return [loss, { totals: next, updates: result.updates }] as const;
  };
  if (Object.keys(trainable).length === 0) {
    const [loss, aux] = lossOf(trainable);
    return { loss, gradients: {}, ...aux };
  }
  const { loss, gradients: found, aux } = scaledGradients(lossOf, trainable, lossScale);
  return { loss, gradients: found, ...aux };
}

/** Returns the random key of one step of a training. A repeated step gets the same key. */
export function stepKey(key: Tensor, step: Tensor): Tensor {
  return random.foldIn(key, step);
}

/** Returns the inputs of a batch as the network takes them: a single tensor, or a list. */
export function inputsOf(network: Network, x: readonly Tensor[]): Tensors {
  return network.inputTypes !== null && !isList(network.inputTypes) ? x[0] : x;
}
