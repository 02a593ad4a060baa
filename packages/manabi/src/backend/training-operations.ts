import { type DType, jit, profile, type Tensor } from '@manabi/core';
import type { Model } from '@manabi/layers';

/** Operations of a training step per operation of a prediction: gradients cost about two further predictions. */
const TRAINING_FACTOR = 3;

/** Length of axes that a model leaves open, other than the batch. */
const OPEN_LENGTH = 32;

/**
 * Estimates the scalar operations of one training step of a model, from the plan that predicts a batch. Compiles this plan
 * for the current backend, and runs nothing.
 *
 * @returns null if the model is not built yet
 */
export async function trainingOperations(model: Model, batchSize: number): Promise<number | null> {
  const { inputTypes } = model;
  if (inputTypes === null) return null;
  const specOf = ({ shape, dtype }: { readonly shape: readonly (number | null)[]; readonly dtype: DType }) => ({
    shape: shape.map((length, axis) => (axis === 0 ? batchSize : (length ?? OPEN_LENGTH))),
    dtype,
  });
  const inputs = 'shape' in inputTypes ? specOf(inputTypes) : inputTypes.map(specOf);
  const predict = jit((values: ReturnType<Model['values']>, x: Tensor | Tensor[]) => model.run(values, x).outputs, {
    name: 'predict',
  });
  const steps = await profile(predict, model.values(), inputs);
  const forward = steps.reduce((sum, { depth, operations }) => (depth === 0 ? sum + operations : sum), 0);
  return TRAINING_FACTOR * forward;
}
