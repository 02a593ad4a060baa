import type { Attributes, Graph, OpName } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';

/**
 * Array of the reference interpreter, in row-major order. All floats are stored in a Float64Array, integers in the
 * typed array of their dtype, so that they wrap, and bools as bytes 0 and 1.
 */
export interface ReferenceArray extends TensorType {
  readonly data: Float64Array | Int32Array | Uint32Array | Uint8Array;
}

/** Reference implementation of one operator: plain loops in float64, with which tests compare backends. */
export type Reference<K extends OpName> = (
  /** The operands, with their types and elements. */
  operands: readonly ReferenceArray[],
  attributes: Attributes[K],
  /** Types of the results, as type inference returns them. */
  results: readonly TensorType[],
  /** Function that runs a graph in the attributes, such as the body of a loop. */
  interpret: (graph: Graph, operands: readonly ReferenceArray[]) => readonly ReferenceArray[],
) => readonly ReferenceArray[];
