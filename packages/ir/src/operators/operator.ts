import type { Attributes, OpName } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';

/**
 * Type inference of one operator. The operator's lowering, gradient rule, reference implementation and samples are
 * separate files in the same folder.
 */
export interface Operator<K extends OpName> {
  /**
   * Returns the types of the results.
   *
   * @throws ManabiError `argument`, `shape`, `dtype`, `axis` or `attribute`, if an operand or attribute is invalid
   */
  readonly infer: (operands: readonly TensorType[], attributes: Attributes[K]) => readonly TensorType[];
  /**
   * True for operators without computation: each element of a result is an element of an operand, or is determined by
   * the attributes.
   */
  readonly free?: true;
}
