import type { Tensor } from '@manabi/core';
import type { ModelValues } from '../../networks/run.ts';

/** Tensors by the paths of weights, such as `dense_1/kernel`. */
export type Weights = ModelValues['trainable'];

/** Loss, gradients and state updates computed from a batch, before they are applied to weights and state. */
export interface StepGradients {
  /** Loss that was differentiated; a float scalar. */
  readonly loss: Tensor;
  /** Gradients with respect to the trainable weights, by path. */
  readonly gradients: Weights;
  /** New values of changed state, such as moving statistics, by path. */
  readonly updates: Weights;
}
