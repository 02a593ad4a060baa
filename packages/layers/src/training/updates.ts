import { add, astype, clone, div, equal, mod, mul, notEqual, sub, type Tensor, tree, where } from '@manabi/core';
import type { OptimizerState } from '@manabi/optimizers';
import type { ModelValues } from '../networks/run.ts';
import type { Compilation } from './compile.ts';

type Weights = ModelValues['trainable'];

/** What is remembered between updates: of the optimizer, and around it. */
export interface UpdateState {
  readonly optimizer: OptimizerState<Weights>;
  /** Sums of gradients since the last update; null right after one, and where every batch makes an update. */
  readonly gradients: Weights | null;
  /** Moving averages of the weights, before the first update the weights themselves; null without. */
  readonly average: Weights | null;
}

/** The state before the first update. */
export function initialUpdateState({ optimizer, emaMomentum }: Compilation, trainable: Weights): UpdateState {
  return {
    optimizer: optimizer.init(trainable),
    gradients: null,
    average: emaMomentum === null ? null : tree.map(clone, trainable),
  };
}

/**
 * Weights and state after the gradients of a further batch, in Keras's order: the update, of the mean of the gradients
 * where several batches make one; the average; its overwriting the weights; constraints.
 *
 * @param isUpdate whether this batch completes an update
 * @param constrain the weights after their constraints
 */
export function applyGradients(
  compilation: Compilation,
  trainable: Weights,
  grads: Weights,
  state: UpdateState,
  isUpdate: boolean,
  constrain: (weights: Weights) => Weights,
): { readonly trainable: Weights; readonly state: UpdateState } {
  const { optimizer, accumulationSteps } = compilation;
  const { gradients, optimizer: before } = state;
  const sums = gradients === null ? grads : tree.map((sum, grad) => add(sum, grad), gradients, grads);
  if (!isUpdate) {
    const averaged = withAverage(compilation, trainable, state.average, before.step);
    return {
      trainable: constrain(averaged.trainable),
      state: { ...state, gradients: sums, average: averaged.average },
    };
  }
  const means = accumulationSteps === 1 ? sums : tree.map((sum) => div(sum, accumulationSteps), sums);
  const updated = optimizer.update(trainable, means, before);
  const averaged = withAverage(compilation, updated.params, state.average, before.step);
  return {
    trainable: constrain(averaged.trainable),
    state: { optimizer: updated.state, gradients: null, average: averaged.average },
  };
}

/** The average with the present weights, and the weights, overwritten by it if it is time. */
function withAverage(
  { emaMomentum, emaOverwriteFrequency }: Compilation,
  trainable: Weights,
  average: Weights | null,
  step: Tensor,
): { readonly trainable: Weights; readonly average: Weights | null } {
  if (emaMomentum === null || average === null) return { trainable, average };
  const momentum = mul(astype(notEqual(step, 0), 'float32'), emaMomentum);
  const next = tree.map((mean, weight) => add(mul(mean, momentum), mul(weight, sub(1, momentum))), average, trainable);
  if (emaOverwriteFrequency === null) return { trainable, average: next };
  const count = add(step, 1);
  const isDue = equal(mod(count, emaOverwriteFrequency), 0);
  return { trainable: tree.map((weight, mean) => where(isDue, mean, weight), trainable, next), average: next };
}
