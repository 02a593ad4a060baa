import type { Attributes, DType, HostArray, Node, OpName, TensorType } from '@manabi/ir';
import type { Storage } from './storage.ts';

/** Location or source of a value's elements. */
export type Origin =
  /** Result of an operator that has not run yet. */
  | { readonly kind: 'node'; readonly node: LazyNode; readonly result: number }
  /** In host memory. `literal` numbers are uploaded for each run and not kept on the backend. */
  | { readonly kind: 'host'; readonly data: HostArray; readonly literal: boolean }
  /** On a backend. */
  | Storage
  /** Placeholder for an argument of a traced function. */
  | { readonly kind: 'placeholder'; readonly trace: Trace }
  /** Result of a run that has not finished. Operations on it wait for the run, in the order of the calls. */
  | { readonly kind: 'coming' }
  /** Result of a failed run. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Donated or disposed of, by the user's call of `by`. */
  | { readonly kind: 'gone'; readonly reason: 'donated' | 'disposed'; readonly by: string };

/** One call of a user's function with placeholders as arguments. */
export interface Trace {
  /** With `jit`, numbers in the function become constants; in a transform they stay data. */
  readonly kind: 'jit' | 'transform';
  /** Name of the transform: `jit`, `grad`. */
  readonly transform: string;
  /** Name of the traced function, for messages. */
  readonly name: string;
  /** Number of the trace; later traces have higher numbers. */
  readonly level: number;
  /** Number of values created before the trace. */
  readonly start: number;
}

/** Note on a value; see `Notes`. */
export interface Mark {
  /** The `Notes` instance that the mark belongs to. */
  readonly kind: object;
  readonly value: unknown;
  /** Number of leading axes that the mark describes; null if it is not propagated. */
  readonly axes: number | null;
}

let created = 0;

/** Returns the number of values created so far. Later values have higher ids. */
export function valuesCreated(): number {
  return created;
}

/**
 * Value of the lazy graph: the content of a tensor, or an intermediate result. `origin` changes when the value is computed,
 * uploaded, donated or disposed of; the type never changes.
 */
export class LazyValue {
  readonly type: TensorType;
  readonly id = created++;
  origin: Origin;
  /** Whether a tensor refers or referred to the value, so that user code may read it. */
  held = false;
  /** Number of live tensors that share the value, without the first one. A reshape to the same shape creates one. */
  aliases = 0;
  /** The number that the value stands for, if it is a number argument of a traced function; else null. */
  number: TracedNumber | null = null;
  /** Number of pending operators that read the value. */
  consumers = 0;
  /** Notes on the value; null for most values. */
  marks: readonly Mark[] | null = null;
  /** Number of the last walk that reached the value, and its index in that walk. */
  stamp = 0;
  index = 0;

  constructor(type: TensorType, origin: Origin) {
    this.type = type;
    this.origin = origin;
  }
}

/** Number among the arguments of a traced function; see `NumberArgument`. */
export interface TracedNumber {
  /** Number in the traced call. */
  readonly value: number;
  /** Returns the number as a value of a dtype that can represent it. */
  as(dtype: DType): LazyValue;
  /**
   * Whether the number is an integer. After a call, the trace can be replayed only with numbers that return the same.
   */
  isInteger(): boolean;
}

/** Operator of the lazy graph. */
export interface LazyNode {
  /** Operator and attributes; the operands and results of the template are not used. */
  readonly template: Node;
  readonly operands: readonly LazyValue[];
  results: readonly LazyValue[];
  /** Newest trace whose placeholders the node depends on. */
  readonly trace: Trace | null;
  /** Length of the longest chain of pending operators up to the node, when it was last measured. */
  depth: number;
  /** Number of runs that computed the node. */
  runs: number;
  /** Number of the last walk that reached the node, and the next operand to visit in that walk. */
  stamp: number;
  cursor: number;
}

/** Returns the pending operator that computes a value, or null. */
export function nodeOf(value: LazyValue): LazyNode | null {
  return value.origin.kind === 'node' ? value.origin.node : null;
}

/** Returns the newest trace whose placeholders a value depends on. */
export function traceOf(value: LazyValue): Trace | null {
  const { origin } = value;
  return origin.kind === 'node' ? origin.node.trace : origin.kind === 'placeholder' ? origin.trace : null;
}

/** Returns operator and attributes as a node without operands and results. */
export function templateOf<K extends OpName>(op: K, attributes: Attributes[K]): Node {
  // A node of a specific operator is a `Node`; the type checker cannot infer that for a generic K.
  return { op, operands: [], attributes, results: [] } as Node;
}
