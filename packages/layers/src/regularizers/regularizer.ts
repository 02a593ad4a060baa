import type { Tensor } from '@manabi/core';

/** A regularizer: computes a penalty for a weight or for the output of a layer. The penalty is added to the loss. */
export interface Regularizer {
  /** Keras class name, such as `L2`. */
  readonly className: string;
  /** Options of the regularizer. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Returns the penalty: a float scalar. */
  penalty(x: Tensor): Tensor;
}
