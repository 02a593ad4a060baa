import type { Tensor } from '@manabi/core';
import type { ModelValues } from '../../networks/run.ts';

/** Tensors by the paths of weights, such as `dense_1/kernel`. */
export type Weights = ModelValues['trainable'];

/** Loss, gradients and state updates of a batch, before weights or state change. */
export interface StepGradients {
  /** Loss that was differentiated; a float scalar. */
  readonly loss: Tensor;
  /** Gradients by the paths of the trainable weights. */
  readonly gradients: Weights;
  /** New values of state, such as moving statistics, by path; only changed ones. */
  readonly updates: Weights;
}
