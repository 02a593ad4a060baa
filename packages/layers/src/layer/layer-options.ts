import type { DType } from '@manabi/core';
import type { RegularizerIdentifier } from '../regularizers/table.ts';
import type { PartialShape } from '../structure/nested.ts';

/** What every layer takes. */
export interface LayerOptions {
  /** By default the class's name in snake case, with a number from the second on: `dense`, `dense_1`. */
  readonly name?: string | null;
  /** Whether its weights are trained; by default yes. */
  readonly trainable?: boolean;
  /** dtype of weights; by default float32. */
  readonly dtype?: DType;
  /** Shape of an input without the batch's axis: for the first layer of a sequential model. */
  readonly inputShape?: PartialShape;
  /** Shape of an input with the batch's axis: for the first layer of a sequential model whose batches have one size. */
  readonly batchShape?: PartialShape | null;
  /** What the outputs cost beside the loss. */
  readonly activityRegularizer?: RegularizerIdentifier | null;
}
