import type { Attributes, OpName } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';

/** Type inference of one operator. Its lowering, gradient rule, reference and samples are in the same folder. */
export interface Operator<K extends OpName> {
  /**
   * Returns the types of the results.
   *
   * @throws ManabiError `argument`, `shape`, `dtype`, `axis` or `attribute`, naming the operand, the expected and
   * received types, and the fix
   */
  readonly infer: (operands: readonly TensorType[], attributes: Attributes[K]) => readonly TensorType[];
  /**
   * True for operators that compute nothing: each element of a result is one of an operand or follows from the
   * attributes.
   */
  readonly free?: true;
}
