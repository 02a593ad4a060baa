import type { Attributes, OpName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/** How an operator is written in ONNX. */
export interface Row<K extends OpName> {
  /** Attributes that may depend on open lengths; for others, such a dependence is an error. */
  readonly open?: readonly (keyof Attributes[K] & string)[];
  /** Attributes that may be a constant divided by an open length. */
  readonly quotients?: readonly (keyof Attributes[K] & string)[];
  /** Writes the nodes of an operator, and returns its results. */
  readonly write: (scope: Scope, node: OpenNode<K>) => readonly Bound[];
}

/** How the operators of a family are written in ONNX. */
export type Rows<K extends OpName> = { readonly [Op in K]: Row<Op> };
