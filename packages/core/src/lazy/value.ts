import type { Attributes, DType, HostArray, Node, OpName, TensorType } from '@manabi/ir';
import type { Storage } from './storage.ts';

/** Where the elements of a value are, or come from. */
export type Origin =
  /** A result of an operator that has not run yet. */
  | { readonly kind: 'node'; readonly node: LazyNode; readonly result: number }
  /** In host memory, not on a backend yet; `literal` numbers are uploaded for each run and never kept there. */
  | { readonly kind: 'host'; readonly data: HostArray; readonly literal: boolean }
  /** On a backend. */
  | Storage
  /** Given when a traced function is called; a stand-in while it is traced. */
  | { readonly kind: 'placeholder'; readonly trace: Trace }
  /** A result of a run that has not ended. Whatever needs its buffer runs later, in the order of the calls. */
  | { readonly kind: 'coming' }
  /** The run that was to compute it failed. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** No longer there: `by` is what the user called to give it away. */
  | { readonly kind: 'gone'; readonly reason: 'donated' | 'disposed'; readonly by: string };

/** One run of a user's function with placeholders in place of tensors. */
export interface Trace {
  /** `jit` makes constants of the numbers that its function uses; a transform leaves them data. */
  readonly kind: 'jit' | 'transform';
  /** What the user called: `jit`, `grad`. */
  readonly transform: string;
  /** The traced function's name, for messages. */
  readonly name: string;
  /** Later traces have higher numbers. */
  readonly level: number;
  /** Number of values made before it began. */
  readonly start: number;
}

/** Something that a program noted about a value. */
export interface Mark {
  /** What kind of thing it is: `Notes` that it belongs to. */
  readonly kind: object;
  readonly value: unknown;
  /** How many of the value's first axes it is about, and follows; null if it stays with this value alone. */
  readonly axes: number | null;
}

let created = 0;

/** How many values have been made so far: what is made later has a higher `id`. */
export function valuesCreated(): number {
  return created;
}

/**
 * One value of the lazy graph: what a tensor stands for, and what operators that have not run yet refer to.
 * `origin` moves on when it runs, is uploaded or is given away; the type never changes.
 */
export class LazyValue {
  readonly type: TensorType;
  readonly id = created++;
  origin: Origin;
  /** Whether a tensor was made of it, so that a person may come back to it. */
  held = false;
  /** Tensors beyond the first that were handed out for it, and not disposed of: a reshape to the same shape is one. */
  aliases = 0;
  /** Set if it stands for a number among the arguments of a traced function, which takes the dtype of what it meets. */
  number: TracedNumber | null = null;
  /** Operators that read it and have neither run for good nor been dropped as far as is known. */
  consumers = 0;
  /** What the program noted about it: see `Notes`. Null for almost all values. */
  marks: readonly Mark[] | null = null;
  /** Scratch of the walk that last came by: its number, and what it noted. */
  stamp = 0;
  index = 0;

  constructor(type: TensorType, origin: Origin) {
    this.type = type;
    this.origin = origin;
  }
}

/** A number among the arguments of a traced function: see `NumberArgument`. */
export interface TracedNumber {
  /** The number of the call that is traced. */
  readonly value: number;
  /** The number in a dtype that can hold it. */
  as(dtype: DType): LazyValue;
  /** Whether it is an integer; the trace then holds for numbers of this kind alone. */
  isInteger(): boolean;
}

/** An operator of the lazy graph. */
export interface LazyNode {
  /** Operator and attributes; its operands and results are not used. */
  readonly template: Node;
  readonly operands: readonly LazyValue[];
  results: readonly LazyValue[];
  /** The newest trace whose placeholders it depends on. */
  readonly trace: Trace | null;
  /** Length of the longest chain of operators behind it when that was last looked at. */
  depth: number;
  /** How many runs have computed it. */
  runs: number;
  /** Scratch of the walk that last came by. */
  stamp: number;
  cursor: number;
}

/** The operator that makes a value, if it has not run yet. */
export function nodeOf(value: LazyValue): LazyNode | null {
  return value.origin.kind === 'node' ? value.origin.node : null;
}

/** The newest trace whose placeholders a value depends on. */
export function traceOf(value: LazyValue): Trace | null {
  const { origin } = value;
  return origin.kind === 'node' ? origin.node.trace : origin.kind === 'placeholder' ? origin.trace : null;
}

/** Operator and attributes as a node of a graph, without places. */
export function templateOf<K extends OpName>(op: K, attributes: Attributes[K]): Node {
  // A node of one operator is a node; the compiler cannot see that through K.
  return { op, operands: [], attributes, results: [] } as Node;
}
