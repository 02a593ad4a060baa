import type { DType } from '@manabi/core';
import type { RegularizerIdentifier } from '../regularizers/table.ts';
import type { PartialShape } from '../structure/nested.ts';

/** Options common to all layers. */
export interface LayerOptions {
  /**
   * Name of the layer. By default, the class name in snake case, with a number if it was used before: `dense`,
   * `dense_1`.
   */
  readonly name?: string | null;
  /** Whether the weights of the layer are trained (default: true). */
  readonly trainable?: boolean;
  /** dtype of the weights (default: float32). */
  readonly dtype?: DType;
  /** Shape of an input without the batch axis, for the first layer of a sequential model. */
  readonly inputShape?: PartialShape;
  /** Shape of an input with the batch axis, for the first layer of a sequential model with a fixed batch size. */
  readonly batchShape?: PartialShape | null;
  /** Regularizer whose penalty, computed from the layer's outputs, is added to the loss. */
  readonly activityRegularizer?: RegularizerIdentifier | null;
}
