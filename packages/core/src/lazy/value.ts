import type { Attributes, DType, HostArray, Node, OpName, TensorType } from '@manabi/ir';
import type { Storage } from './storage.ts';

/** Where the elements of a value are, or how they are computed. */
export type Origin =
  /** Result of an operator that has not run yet. */
  | { readonly kind: 'node'; readonly node: LazyNode; readonly result: number }
  /** In host memory. A value with `literal` is uploaded again for each run instead of staying on the backend. */
  | { readonly kind: 'host'; readonly data: HostArray; readonly literal: boolean }
  /** Stored on a backend. */
  | Storage
  /** Placeholder for an argument of a traced function. */
  | { readonly kind: 'placeholder'; readonly trace: Trace }
  /** Result of a run that has not finished. Operations that use the value wait for the run. */
  | { readonly kind: 'coming' }
  /** Result of a failed run. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Donated to, or disposed of by, the function named `by`. */
  | { readonly kind: 'gone'; readonly reason: 'donated' | 'disposed'; readonly by: string };

/** A trace: one call of the user's function with placeholders as arguments, to record its operators. */
export interface Trace {
  /**
   * In a trace of `jit`, numbers in the function become constants of the graph; in a trace of a transform such as
   * `grad`, they stay inputs.
   */
  readonly kind: 'jit' | 'transform';
  /** Name of the function that started the trace: `jit`, `grad`. */
  readonly transform: string;
  /** Name of the traced function, for error messages. */
  readonly name: string;
  /** Serial number of the trace: later traces have higher numbers. */
  readonly level: number;
  /** Number of values that were created before the trace. */
  readonly start: number;
}

/** Annotation on a value, created by `Notes`. */
export interface Mark {
  /** The `Notes` instance that created the mark. */
  readonly kind: object;
  readonly value: unknown;
  /** Number of first axes that the mark describes; null if the mark is not copied to results. */
  readonly axes: number | null;
}

let created = 0;

/** Returns the number of values created so far. Later values have higher ids. */
export function valuesCreated(): number {
  return created;
}

/**
 * A value of the lazy graph: the elements of a tensor, or an intermediate result. Its `origin` changes when the value
 * is computed, uploaded, donated or disposed of; its type never changes.
 */
export class LazyValue {
  readonly type: TensorType;
  readonly id = created++;
  origin: Origin;
  /** Whether a tensor has ever referred to the value. If so, user code may read the value. */
  held = false;
  /**
   * Number of further tensors that share the value with the first one and are not disposed of. A reshape to the same
   * shape creates such a tensor.
   */
  aliases = 0;
  /** The number that the value stands for, if it is a number argument of a traced function; else null. */
  number: TracedNumber | null = null;
  /** Number of pending operators that use this value as an operand. */
  consumers = 0;
  /** Annotations on the value; null if it has no annotations. */
  marks: readonly Mark[] | null = null;
  /** Number of the last graph walk that reached the value. `index` is the position of the value in this walk. */
  stamp = 0;
  index = 0;

  constructor(type: TensorType, origin: Origin) {
    this.type = type;
    this.origin = origin;
  }
}

/** A number among the arguments of a traced function, implemented by `NumberArgument`. */
export interface TracedNumber {
  /** The number that was passed when the function was traced. */
  readonly value: number;
  /** Returns the graph input for the number in a dtype that can represent it. */
  as(dtype: DType): LazyValue;
  /** Whether the number is an integer. After this call, the graph is valid only for numbers with the same answer. */
  isInteger(): boolean;
}

/** A call of an operator in the lazy graph. */
export interface LazyNode {
  /** Operator and attributes of the call. The operands and results in the template are not used. */
  readonly template: Node;
  readonly operands: readonly LazyValue[];
  results: readonly LazyValue[];
  /**
   * Newest trace on whose placeholders (arguments of the traced function) the node depends; null if it depends on none.
   */
  readonly trace: Trace | null;
  /** Length of the longest chain of pending operators up to the node, when it was last measured. */
  depth: number;
  /** How many runs have computed the node. */
  runs: number;
  /**
   * Number of the last graph walk that reached the node. `cursor` is the index of the next operand that this walk
   * visits.
   */
  stamp: number;
  cursor: number;
}

/** Returns the pending operator that computes a value; null if the value is not the result of a pending operator. */
export function nodeOf(value: LazyValue): LazyNode | null {
  return value.origin.kind === 'node' ? value.origin.node : null;
}

/** Returns the newest trace on whose placeholders a value depends; null if it depends on none. */
export function traceOf(value: LazyValue): Trace | null {
  const { origin } = value;
  return origin.kind === 'node' ? origin.node.trace : origin.kind === 'placeholder' ? origin.trace : null;
}

/** Returns a node that has only an operator and attributes, and no operands or results. */
export function templateOf<K extends OpName>(op: K, attributes: Attributes[K]): Node {
  // A node of any specific operator is a `Node`, but TypeScript cannot infer this for a generic K.
  return { op, operands: [], attributes, results: [] } as Node;
}
