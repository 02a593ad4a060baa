import type { Attributes, OpName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/** Describes how to write an operator of the graph in ONNX. */
export interface Row<K extends OpName> {
  /**
   * Names of attributes that may depend on the batch size and other variable lengths. For other attributes, such a
   * dependence is an error.
   */
  readonly open?: readonly (keyof Attributes[K] & string)[];
  /** Names of attributes that may be a constant divided by a variable length, such as 1 / batch size. */
  readonly quotients?: readonly (keyof Attributes[K] & string)[];
  /** Writes the nodes of an operator, and returns its results. */
  readonly write: (scope: Scope, node: OpenNode<K>) => readonly Bound[];
}

/** Descriptions of how to write the operators of a family, by operator name. */
export type Rows<K extends OpName> = { readonly [Op in K]: Row<Op> };
