import type { Attributes, Graph, OpName } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';

/**
 * Array of the reference interpreter, in row-major order. All floats are stored as float64, integers in their own kind
 * of typed array so that they wrap, and bool as bytes 0 and 1.
 */
export interface ReferenceArray extends TensorType {
  readonly data: Float64Array | Int32Array | Uint32Array | Uint8Array;
}

/** Reference implementation of one operator: plain loops in float64, the oracle for backends. */
export type Reference<K extends OpName> = (
  /** Elements of the operands. */
  operands: readonly ReferenceArray[],
  attributes: Attributes[K],
  /** Types of the results. */
  results: readonly TensorType[],
  /** Runs a graph that is an attribute of the node, such as the body of a loop. */
  interpret: (graph: Graph, operands: readonly ReferenceArray[]) => readonly ReferenceArray[],
) => readonly ReferenceArray[];
