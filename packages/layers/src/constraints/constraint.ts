import type { Tensor } from '@manabi/core';

/** What a weight is brought back to after each update. */
export interface Constraint {
  /** Keras's class: `MaxNorm`. */
  readonly className: string;
  /** What it was made with. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The nearest weight that is allowed, of the same shape. */
  constrain(w: Tensor): Tensor;
}
