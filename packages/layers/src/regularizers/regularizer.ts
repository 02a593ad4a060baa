import type { Tensor } from '@manabi/core';

/** What a weight, or a layer's output, costs beside the loss. */
export interface Regularizer {
  /** Keras's class: `L2`. */
  readonly className: string;
  /** What it was made with. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The cost: a float scalar. */
  penalty(x: Tensor): Tensor;
}
