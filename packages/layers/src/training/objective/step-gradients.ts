import type { Tensor } from '@manabi/core';
import type { ModelValues } from '../../networks/run.ts';

/** Tensors by the paths of weights: `dense_1/kernel`. */
export type Weights = ModelValues['trainable'];

/** What a batch says about the weights, before anything is changed. */
export interface StepGradients {
  /** The loss that was differentiated: a float scalar. */
  readonly loss: Tensor;
  /** By the paths of the trained weights. */
  readonly gradients: Weights;
  /** Next values of state, such as moving statistics, by path: only what changes. */
  readonly updates: Weights;
}
