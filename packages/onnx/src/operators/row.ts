import type { Attributes, OpName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/** Table entry of an operator of the graph: describes how to write the operator in ONNX. */
export interface Row<K extends OpName> {
  /**
   * Names of attributes that may depend on the batch size and other open lengths. For other attributes, such a
   * dependence is an error.
   */
  readonly open?: readonly (keyof Attributes[K] & string)[];
  /** Names of attributes that may be a constant divided by an open length, such as 1 / batch size. */
  readonly quotients?: readonly (keyof Attributes[K] & string)[];
  /** Writes the nodes of an operator, and returns its results. */
  readonly write: (scope: Scope, node: OpenNode<K>) => readonly Bound[];
}

/** Table with one entry per operator of a family. */
export type Rows<K extends OpName> = { readonly [Op in K]: Row<Op> };
