import { add, astype, clone, div, equal, mod, mul, notEqual, sub, type Tensor, tree, where } from '@manabi/core';
import type { OptimizerState } from '@manabi/optimizers';
import type { Compilation } from '../objective/compile.ts';
import type { Weights } from '../objective/step-gradients.ts';

/**
 * State that one update of the weights passes on to the next: of the optimizer, of gradient accumulation, and of the
 * moving average.
 */
export interface UpdateState {
  readonly optimizer: OptimizerState<Weights>;
  /** Sums of the gradients since the last update; null directly after an update, and without gradient accumulation. */
  readonly gradients: Weights | null;
  /** Moving averages of the weights, initially the weights themselves; null without `useEma`. */
  readonly average: Weights | null;
}

/** Returns the state before the first update of the weights. */
export function initialUpdateState({ optimizer, emaMomentum }: Compilation, trainable: Weights): UpdateState {
  return {
    optimizer: optimizer.init(trainable),
    gradients: null,
    average: emaMomentum === null ? null : tree.map(clone, trainable),
  };
}

/**
 * Updates weights and state with the gradients of a batch: a pure function, and the second half of a training step. In
 * Keras's order, it updates the weights, from the mean of accumulated gradients; updates the moving average; overwrites
 * the weights by the average; and applies constraints. If only some weights have gradients, only those change.
 *
 * @param isUpdate whether this batch completes an update
 * @param constrain applies the constraints of weights
 */
export function apply(
  compilation: Compilation,
  trainable: Weights,
  gradients: Weights,
  state: UpdateState,
  isUpdate: boolean,
  constrain: (weights: Weights) => Weights,
): { readonly trainable: Weights; readonly state: UpdateState } {
  const paths = Object.keys(gradients);
  if (paths.length === 0) return { trainable, state };
  if (paths.length === Object.keys(trainable).length) {
    return applyToAll(compilation, trainable, gradients, state, isUpdate, constrain);
  }
  const next = applyToAll(compilation, pick(trainable, paths), gradients, partOf(state, paths), isUpdate, constrain);
  return { trainable: { ...trainable, ...next.trainable }, state: joined(state, next.state, paths) };
}

function applyToAll(
  compilation: Compilation,
  trainable: Weights,
  gradients: Weights,
  state: UpdateState,
  isUpdate: boolean,
  constrain: (weights: Weights) => Weights,
): { readonly trainable: Weights; readonly state: UpdateState } {
  const { optimizer, accumulationSteps } = compilation;
  const { gradients: waiting, optimizer: before } = state;
  const sums = waiting === null ? gradients : tree.map((sum, gradient) => add(sum, gradient), waiting, gradients);
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

/** Returns the update state of the weights with the given paths. */
function partOf({ optimizer, gradients, average }: UpdateState, paths: readonly string[]): UpdateState {
  const { slots, ...own } = optimizer;
  return {
    optimizer: { ...own, slots: mapRecord(slots, (slot) => pick(slot, paths)) },
    gradients: gradients === null || !(paths[0] in gradients) ? null : pick(gradients, paths),
    average: average === null ? null : pick(average, paths),
  };
}

/** Merges the new update state of the weights with the given paths into the state of all weights. */
function joined(before: UpdateState, part: UpdateState, paths: readonly string[]): UpdateState {
  const { slots, ...own } = part.optimizer;
  const others = Object.entries(before.gradients ?? {}).filter(([path]) => !paths.includes(path));
  const waiting = { ...Object.fromEntries(others), ...part.gradients };
  return {
    optimizer: {
      ...own,
      slots: mapRecord(before.optimizer.slots, (slot, name) => ({ ...slot, ...slots[name] })),
    },
    gradients: Object.keys(waiting).length === 0 ? null : waiting,
    average: before.average === null ? null : { ...before.average, ...part.average },
  };
}

function pick(weights: Weights, paths: readonly string[]): Weights {
  return Object.fromEntries(paths.map((path) => [path, weights[path]]));
}

function mapRecord(
  record: Readonly<Record<string, Weights>>,
  f: (weights: Weights, name: string) => Weights,
): Record<string, Weights> {
  return Object.fromEntries(Object.entries(record).map(([name, weights]) => [name, f(weights, name)]));
}

/**
 * Returns the moving average after it was updated with the current weights, and the weights; when
 * `emaOverwriteFrequency` requires it, the average replaces the weights.
 */
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
