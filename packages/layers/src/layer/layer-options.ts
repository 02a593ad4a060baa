import type { RegularizerIdentifier } from '../regularizers/table.ts';
import type { DTypePolicy } from '../structure/dtype-policy.ts';
import type { PartialShape } from '../structure/nested.ts';

/** Options common to all layers. */
export interface LayerOptions {
  /**
   * Name of the layer. By default, the class name in snake case, with a number if it was used before: `'dense'`,
   * `'dense_1'`.
   */
  readonly name?: string | null;
  /** Whether the weights of the layer are trained (default: true). */
  readonly trainable?: boolean;
  /** Dtype policy: a dtype, or `'mixedFloat16'` (default: the policy of `setDtypePolicy`, initially `'float32'`). */
  readonly dtype?: DTypePolicy;
  /** Shape of an input without the batch axis, for the first layer of a sequential model. */
  readonly inputShape?: PartialShape;
  /** Shape of an input with the batch axis, for the first layer of a sequential model with a fixed batch size. */
  readonly batchShape?: PartialShape | null;
  /** Regularizer whose penalty, computed from the layer's outputs, is added to the loss. */
  readonly activityRegularizer?: RegularizerIdentifier | null;
}
