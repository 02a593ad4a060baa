import type { Attributes, Graph, OpName } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';

/**
 * An array of the reference interpreter: row-major; floats of any width are kept as float64, integers in their own
 * kind of array (so that they wrap as they must), bool as bytes of 0 and 1.
 */
export interface ReferenceArray extends TensorType {
  readonly data: Float64Array | Int32Array | Uint32Array | Uint8Array;
}

/** Plain, obviously right loops for one operator: the oracle that every backend is held against. */
export type Reference<K extends OpName> = (
  operands: readonly ReferenceArray[],
  attributes: Attributes[K],
  results: readonly TensorType[],
  /** Runs a graph that is an attribute. */
  interpret: (graph: Graph, operands: readonly ReferenceArray[]) => readonly ReferenceArray[],
) => readonly ReferenceArray[];
