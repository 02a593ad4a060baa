import type { Attributes, OpName } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';

/** One operator as tracing sees it; its lowering, gradient, reference and samples stand beside it. */
export interface Operator<K extends OpName> {
  /**
   * Types of the results.
   *
   * @throws ManabiError `shape`, `dtype`, `axis` or `attribute`, naming operands with their types, the rule that is
   * broken and how to satisfy it.
   */
  readonly infer: (operands: readonly TensorType[], attributes: Attributes[K]) => readonly TensorType[];
  /** True if it computes nothing: each element of a result is one of an operand, or follows from the attributes. */
  readonly free?: true;
}
