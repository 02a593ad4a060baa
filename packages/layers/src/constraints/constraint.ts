import type { Tensor } from '@manabi/core';

/** A constraint: projects a weight onto the allowed values after each update. */
export interface Constraint {
  /** Keras class name, such as `MaxNorm`. */
  readonly className: string;
  /** Options of the constraint. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Returns the weight after the projection, with the same shape. */
  constrain(w: Tensor): Tensor;
}
